-- RUN: check
import "no_such_language"
