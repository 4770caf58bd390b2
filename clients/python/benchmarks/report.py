"""How the benches of this folder print, as the others of the project do: a line a figure for
people, then all figures as one JSON object, for scripts/bench.sh."""
import json
import statistics

FIGURES = {}


def figure(name, value, aim, remark):
    FIGURES[name] = value
    print(f"{name:<26} {value:8}  aim {aim:<8} {remark}")


def figure_of_ratios(name, ratios, aim, remark):
    """The median of pairs, and the middle half of them."""
    low, middle, high = statistics.quantiles(ratios, n=4)
    figure(name, round(middle, 3), aim,
           f"middle half {low:.3f} to {high:.3f} of {len(ratios)} pairs; {remark}")


def finish():
    print(json.dumps(FIGURES))
