-- RUN: check
import "no_such_language"
--     ^~~~~~~~~~~~~~~~~~ ERROR: there is no language 'no_such_language' to import
