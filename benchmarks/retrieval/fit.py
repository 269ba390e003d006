#!/usr/bin/env python3
"""Fits the weights of ranking on labelled questions, judges them, and prints the ablation table.

    mneme eval --task data/tasks/home --signals home.jsonl          (once for each task)
    python3 benchmarks/retrieval/fit.py --task data/tasks/home home.jsonl --task … [--judge FOLDER SIGNALS]

The signals file has, for each question, the values of all signals of the candidates found (`scores` of the API's answers).
Weights are fitted on the questions of the half `fitting` of every --task and judged on its other half, and on every --judge,
of which nothing is fitted. Python 3.11, no packages.

The loss is that of a listwise softmax: minus the mean logarithm of the probability of the relevant candidates, with a penalty
for moving away from the weights that the service has now. So a signal that these tasks say nothing about keeps its weight.
Signals that move candidates (`newest`) are no summands: what they do is measured by `mneme eval`.
"""
import argparse
import collections
import json
import math
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE / "../../Sources/MemoryEngine/Ranking"
SHARPNESS = 8.0


def current_weights():
    """Names of the signals and what the service weighs them with, read from its source."""
    names = dict(re.findall(r'case (\w+)(?: = "(\w+)")?\n', (SOURCE / "RankingSignal.swift").read_text()))
    values = re.findall(r"case \.(\w+): (-?[\d.]+)", (SOURCE / "RankingWeights.swift").read_text())
    return {names.get(name) or name: float(value) for name, value in values if name != "newest"}


class Question:
    """One question with its candidates: values by signal, and which of them are relevant."""

    def __init__(self, query, signals, names):
        self.kind = query.get("kind") or query["category"]
        self.half = query.get("half")
        self.relevant = set(query["relevant"])
        self.ids = sorted(signals)
        self.rows = [[signals[i].get(name, 0.0) for name in names] for i in self.ids]
        self.found = [n for n, i in enumerate(self.ids) if i in self.relevant]

    def ranks(self, weights):
        scores = [sum(v * w for v, w in zip(row, weights)) for row in self.rows]
        order = sorted(range(len(scores)), key=lambda n: -scores[n])
        return [rank for rank, n in enumerate(order) if self.ids[n] in self.relevant]

    def measures(self, weights):
        ranks = self.ranks(weights)
        ideal = sum(1 / math.log2(k + 2) for k in range(min(10, len(self.relevant))))
        recall = sum(r < 10 for r in ranks) / len(self.relevant)
        return recall, sum(1 / math.log2(r + 2) for r in ranks if r < 10) / ideal

    def loss(self, weights, gradient):
        scores = [SHARPNESS * sum(v * w for v, w in zip(row, weights)) for row in self.rows]
        top = max(scores)
        weight = [math.exp(s - top) for s in scores]
        total = sum(weight)
        for k in range(len(weights)):
            mean = sum(row[k] * p for row, p in zip(self.rows, weight)) / total
            wanted = sum(self.rows[n][k] for n in self.found) / len(self.found)
            gradient[k] -= SHARPNESS * (wanted - mean)
        return -sum(math.log(weight[n] / total + 1e-30) for n in self.found) / len(self.found)


def read(folder, signals, names):
    lines = {}
    with open(signals, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            lines[entry["query_id"]] = entry["signals"]
    with open(pathlib.Path(folder) / "queries.jsonl", encoding="utf-8") as file:
        queries = [json.loads(line) for line in file if line.strip()]
    return [
        Question(q, lines.get(q["id"], {}), names)
        for q in queries
        if q["relevant"] and q["category"] != "adversarial"
    ]


def fit(questions, prior, strength, rounds=300):
    """Gradient descent with a step for each weight (RMSProp): slow, short and enough for twenty weights."""
    questions = [q for q in questions if q.found]
    weights, average = list(prior), [0.0] * len(prior)
    for step in range(rounds):
        gradient = [0.0] * len(prior)
        loss = sum(q.loss(weights, gradient) for q in questions) / len(questions)
        loss += strength * sum((w - p) ** 2 for w, p in zip(weights, prior))
        rate = 0.01 / (1 + step / 60)
        for k, (w, p) in enumerate(zip(weights, prior)):
            g = gradient[k] / len(questions) + 2 * strength * (w - p)
            average[k] = 0.9 * average[k] + 0.1 * g * g
            weights[k] -= rate * g / (math.sqrt(average[k]) + 1e-6)
        if step % 50 == 0:
            print(f"  round {step}: loss {loss:.4f}")
    return weights


def mean(questions, weights):
    both = [q.measures(weights) for q in questions]
    return tuple(100 * sum(m[k] for m in both) / max(1, len(both)) for k in (0, 1))


def show(title, questions, weights):
    kinds = collections.defaultdict(list)
    for question in questions:
        kinds[question.kind].append(question)
    print(f"\n{title}: R@10 / nDCG@10 by kind")
    for kind, members in sorted(kinds.items()):
        print("  {:16} {:4}  {:5.1f} / {:5.1f}".format(kind, len(members), *mean(members, weights)))
    print("  {:16} {:4}  {:5.1f} / {:5.1f}".format("all", len(questions), *mean(questions, weights)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", nargs=2, action="append", required=True, metavar=("FOLDER", "SIGNALS"))
    parser.add_argument("--judge", nargs=2, action="append", default=[], metavar=("FOLDER", "SIGNALS"))
    parser.add_argument("--strength", type=float, default=1.0, help="how hard it is to move away from the present weights")
    arguments = parser.parse_args()
    now = current_weights()
    names = list(now)
    own = [q for folder, signals in arguments.task for q in read(folder, signals, names)]
    fitting = [q for q in own if q.half == "fitting"]
    judging = [q for q in own if q.half != "fitting"]
    sets = [("judging half", judging)]
    sets += [(folder, read(folder, signals, names)) for folder, signals in arguments.judge]
    prior = [now[name] for name in names]
    print(f"{len(fitting)} questions to fit on, {len(judging)} to judge on")
    fitted = fit(fitting, prior, arguments.strength)
    print("\nweights: now, fitted")
    for name, before, after in zip(names, prior, fitted):
        print(f"  {name:16} {before:6.2f} {after:6.2f}")
    for title, questions in sets:
        show(f"{title}, now", questions, prior)
        show(f"{title}, fitted", questions, fitted)
    print("\nablation, with the weights now: R@10 / nDCG@10")
    rows = [("all signals", prior)]
    rows += [(f"without {n}", [0.0 if n == m else w for m, w in zip(names, prior)]) for n in names]
    print("  " + " " * 24 + "".join(f"{pathlib.Path(title).name:>18}" for title, _ in sets))
    for title, weights in rows:
        cells = "".join("{:>18}".format("{:.1f} / {:.1f}".format(*mean(q, weights))) for _, q in sets)
        print(f"  {title:24}{cells}")


if __name__ == "__main__":
    main()
