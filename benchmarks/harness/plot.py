"""Growth curves as PNG files, with Debian's python3-matplotlib."""


def draw(folder, benchmarks, results, is_published=False):
    """Writes FOLDER/NAME.png for each plot of what was measured, or for those to be published; the names."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from harness.growth import slope

    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for benchmark in benchmarks:
        measured = results["benchmarks"].get(benchmark.name)
        for plot in benchmark.plots if measured else []:
            if is_published and not plot.is_published:
                continue
            figure, axes = pyplot.subplots(figsize=(6.4, 4.2))
            for name, points in plot.series(measured).items():
                label = f"{name} (slope {slope(points):.2f})" if plot.has_slopes and slope(points) is not None else name
                axes.plot([x for x, _ in points], [y for _, y in points], marker="o", markersize=3, linewidth=1, label=label)
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xlabel(plot.x)
            axes.set_ylabel(plot.y)
            axes.set_title(benchmark.text, fontsize=9)
            axes.grid(True, which="both", linewidth=0.2)
            axes.legend(fontsize=6)
            figure.tight_layout()
            figure.savefig(folder / f"{plot.name}.png", dpi=110)
            pyplot.close(figure)
            names.append(plot.name)
    return names
