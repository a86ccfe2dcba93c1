import "regent"

task main()
  regentlib.c.printf("hello\n")
end

regentlib.start(main)
