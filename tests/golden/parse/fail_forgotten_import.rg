-- RUN: check
task main()
end
