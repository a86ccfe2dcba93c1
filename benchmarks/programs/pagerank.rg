-- PageRank of a random graph: -n pages, -l links into each, -b pieces, -r steps. A page pulls from those that link to it.
-- Four links of five come from near pages (-near in both directions), as those of one site do. Prints the seconds of all
-- steps but the first three, and the sum of the squares of the ranks.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

local damping = 0.85

fspace page {
  -- The links into the page, for partitions and for loops.
  range : rect1d,
  first : int32, last : int32,
  links : int32,                    -- out of it
  rank : double,
  share : double,                   -- of its rank, for each of the pages it links to
}
fspace link { from : int1d, source : int32 }

task initialize_links(links : region(ispace(int1d), link), per_page : int64, pages : int64, near : int64)
where writes(links) do
  for l in links do
    var number = int64(l)
    var from = bench.bench_random(2 * number, pages)
    if bench.bench_random(2 * number + 1, 5) > 0 then
      from = (number / per_page + pages - near + from % (2 * near + 1)) % pages
    end
    links[l].from = int1d(from)
    links[l].source = int32(from)
  end
end

task initialize_pages(pages : region(ispace(int1d), page), per_page : int64, count : int64)
where writes(pages) do
  for p in pages do
    var first = per_page * int64(p)
    pages[p].range = rect1d { int1d(first), int1d(first + per_page - 1) }
    pages[p].first = int32(first)
    pages[p].last = int32(first + per_page)
    pages[p].links = 0
    pages[p].rank = 1.0 / count
    pages[p].share = 0.0
  end
end

task count_links(links : region(ispace(int1d), link), pages : region(ispace(int1d), page))
where reads(links.source), reduces +(pages.links) do
  for l in links do
    pages[links[l].source].links += 1
  end
end

-- The piece's ranks on pages without links, which belong to all.
task divide(pages : region(ispace(int1d), page)) : double
where reads(pages.{links, rank}), writes(pages.share) do
  var lost = 0.0
  for p in pages do
    var links = pages[p].links
    var rank = pages[p].rank
    pages[p].share = rank / max(links, 1)
    lost += rank * [double](int32(links == 0))
  end
  return lost
end

task pull(pages : region(ispace(int1d), page), links : region(ispace(int1d), link), near : region(ispace(int1d), page), base : double)
where reads(pages.{first, last}, links.source, near.share), writes(pages.rank) do
  for p in pages do
    var sum = 0.0
    for l = pages[p].first, pages[p].last do
      sum += near[links[l].source].share
    end
    pages[p].rank = base + damping * sum
  end
end

task squares(pages : region(ispace(int1d), page)) : double
where reads(pages.rank) do
  var sum = 0.0
  for p in pages do sum += pages[p].rank * pages[p].rank end
  return sum
end

task total(pages : region(ispace(int1d), page)) : double
where reads(pages.rank) do
  var sum = 0.0
  for p in pages do sum += pages[p].rank end
  return sum
end

__demand(__inner)
task main()
  var args = c.legion_runtime_get_input_args()
  var count = bench.bench_option(args.argc, args.argv, "-n", 1000)
  var per_page = bench.bench_option(args.argc, args.argv, "-l", 8)
  var near = bench.bench_option(args.argc, args.argv, "-near", 100)
  var pieces = bench.bench_option(args.argc, args.argv, "-b", 2)
  var steps = bench.bench_option(args.argc, args.argv, "-r", 20)

  var pages = region(ispace(int1d, count), page)
  var links = region(ispace(int1d, count * per_page), link)
  var colors = ispace(int1d, pieces)
  var own = partition(equal, pages, colors)
  var some_links = partition(equal, links, colors)
  __demand(__index_launch)
  for i in colors do initialize_pages(own[i], per_page, count) end
  __demand(__index_launch)
  for i in colors do initialize_links(some_links[i], per_page, count, near) end
  __demand(__index_launch)
  for i in colors do count_links(some_links[i], pages) end
  var into = image(links, own, pages.range)
  var sources = image(pages, into, links.from)

  var start = 0.0
  for step = 0, steps do
    if step == 3 then
      __fence(__execution, __block)
      start = bench.bench_seconds()
    end
    var lost = 0.0
    __demand(__index_launch)
    for i in colors do lost += divide(own[i]) end
    var base = (1.0 - damping + damping * lost) / count
    __demand(__index_launch)
    for i in colors do pull(own[i], into[i], sources[i], base) end
  end
  __fence(__execution, __block)
  bench.bench_report("seconds", (bench.bench_seconds() - start) / (steps - 3))

  var sum, square = 0.0, 0.0
  for i in colors do
    sum += total(own[i])
    square += squares(own[i])
  end
  regentlib.assert(sum > 1.0 - 1e-9 and sum < 1.0 + 1e-9, "ranks do not add up")
  bench.bench_report("check", square)
end

regentlib.start(main)
