#!/usr/bin/env bash
# Asks the labelled questions of data/tasks of a temporary service, and fails where a measure is below its floor: judge.sh MNEME
set -euo pipefail
mneme=$1
"$mneme" eval --task data/tasks/home --floor R@10=95 --floor nDCG@10=85
"$mneme" eval --task data/tasks/languages --floor R@10=92 --floor nDCG@10=80
"$mneme" eval --task data/tasks/pantry-relay --floor R@10=80 --floor nDCG@10=64
