-- RUN: check
task main()
-- 1-4 ERROR: `task` is a word of the language only after `import "regent"`
end
