#!/usr/bin/env python3
"""Many collections, and large ones: what they take in memory, how long they take to load, how fast they answer.

usage: measure.py --binary .build/release/mneme [--collections 10000] [--items 100] [--large 100000] [--rows 5000]
                  [--limit 256M] [--passes N] [--only many,limit,large] [--dir DIR] [--json FILE]

It starts `mneme up` with a database of its own in a folder that is removed afterwards (or in DIR, which stays and whose collections
are measured again by the next run), writes one collection over
HTTP, whose texts the local encoder embeds, and copies its rows in SQL, with ids of their own, as often as is asked for:
words, vectors and attributes are those of real items. Then it measures the API process from outside: resident memory as
the kernel tells it, times of requests one after the other, and what its metrics say. Each text is asked for with a query
whose vector is in the cache, so that the encoder is not measured. Standard library only, and psql.
"""
import argparse, http.client, json, os, random, shutil, signal, socket, subprocess, sys, tempfile, time

WORDS = """build deploy cache index token budget thread fork agent queue lease vector kernel socket schema policy audit
pantry recipe invoice kettle drawer fuse parcel garden winter ticket museum train harbour engine letter window market
doctor lesson guitar salad bridge tunnel coffee paper orange silver planet island forest river summer morning""".split()
PEOPLE = "Ann Ben Carla David Emma Frank Grace Henry".split()


def sentence(generator):
    """Some twelve words, as people note things down."""
    words = generator.sample(WORDS, 7)
    return (f"{generator.choice(PEOPLE)} said that the {words[0]} {words[1]} and the {words[2]} belong to the "
            f"{words[3]} {words[4]}, not to {words[5]} {words[6]} {generator.randrange(1000)}.")


class Service:
    """A running `mneme up`."""

    def __init__(self, binary, folder, settings):
        self.binary, self.folder, self.settings = binary, folder, settings
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.connection = None

    def start(self):
        """Starts it and returns the seconds until it takes requests."""
        command = [self.binary, "up", "--data-dir", self.folder, "--port", str(self.port), "--log-level", "warning"]
        for key, value in self.settings.items():
            command += ["--set", f"{key}={value}"]
        self.log = open(self.folder + ".log", "ab")
        begin = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        while True:
            if self.process.poll() is not None:
                sys.exit(f"mneme up has ended; see {self.folder}.log")
            try:
                if self.request("GET", "/readyz", key=False)[0] == 200:
                    break
            except OSError:
                self.connection = None
            time.sleep(0.01)
        seconds = time.perf_counter() - begin
        with open(self.folder + "/credentials") as file:
            self.key = json.load(file)["api_key"]
        return seconds

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.connection = None

    def api(self):
        """The process that answers."""
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
                with open(f"/proc/{name}/cmdline") as file:
                    arguments = file.read().split("\0")
            except OSError:
                continue
            if parent == self.process.pid and len(arguments) > 1 and arguments[1] == "api":
                return int(name)
        sys.exit("there is no API process")

    def resident(self):
        """Megabytes: in all, and of these the heap's and other memory without a file."""
        values = {}
        with open(f"/proc/{self.api()}/status") as file:
            for line in file:
                if line.startswith(("VmRSS", "RssAnon", "RssFile")):
                    values[line.split(":")[0]] = int(line.split()[1]) / 1024
        return values

    def request(self, method, path, body=None, key=True):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if key:
            headers["Authorization"] = f"Bearer {self.key}"
        for attempt in range(2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
                self.connection.request(method, path, None if body is None else json.dumps(body), headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                # One that was idle for long is closed by the service; only the second failure counts.
                self.connection = None
        raise OSError("nothing answers")

    def call(self, method, path, body=None):
        status, text = self.request(method, path, body)
        if status >= 300:
            sys.exit(f"{method} {path}: {status} {text[:500]!r}")
        return json.loads(text) if text else None

    def metric(self, name):
        text = self.request("GET", "/metrics", key=False)[1].decode()
        return sum(float(l.rsplit(" ", 1)[1]) for l in text.splitlines() if l.split("{")[0].split(" ")[0] == name)

    def sql(self, script):
        postgres = os.path.realpath(self.folder + "/postgres")
        with open(self.folder + "/postgres.password") as file:
            environment = dict(os.environ, PGPASSWORD=file.read().strip())
        command = ["psql", "-h", postgres + "/run", "-U", "mneme_admin", "-d", "mneme", "-qAtX", "-v", "ON_ERROR_STOP=1"]
        run = subprocess.run(command, input=script, capture_output=True, text=True, env=environment)
        if run.returncode:
            sys.exit(run.stderr)
        return run.stdout.strip()

    def ask(self, collection, text, expects=True):
        """Asks one collection; returns milliseconds, and whether the answer is whole and has something."""
        body = {"query": text, "collection_ids": [collection], "token_budget": 500, "types": ["item"]}
        begin = time.perf_counter()
        answer = self.call("POST", "/v1/context", body)
        took = (time.perf_counter() - begin) * 1000
        scores = [e["scores"] for e in answer["entries"]]
        found = any("vector" in s and "lexical" in s for s in scores)
        return took, found and not answer["degraded"]


def columns(service, table):
    return service.sql(f"SELECT string_agg(quote_ident(attname), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = "
                       f"'mneme.{table}'::regclass AND attnum > 0 AND NOT attisdropped").split(",")


def copy(service, table, source, changes):
    """`INSERT` of a copied row with some columns changed."""
    names = columns(service, table)
    values = ", ".join(changes.get(n, f"t.{n}") for n in names)
    return f"INSERT INTO mneme.{table} ({', '.join(names)}) SELECT {values} FROM mneme.{table} AS t {source};\n"


def derived(*parts):
    """An id that follows from others."""
    return f"md5({' || '.join(parts)})::uuid"


def multiply(service, template, count, prefix):
    """Copies a collection `count` times and returns the ids."""
    here = f"t.workspace_id = (SELECT workspace_id FROM mneme.collections WHERE id = '{template}')"
    for first in range(0, count, 500):
        last = min(count, first + 500) - 1
        each = f"CROSS JOIN generate_series({first}, {last}) AS n WHERE {here} AND t.collection_id = '{template}'"
        collection = derived(f"'{prefix}'", "n")
        item = derived("t.item_id::text", f"'{prefix}'", "n")
        script = "BEGIN; SET LOCAL session_replication_role = replica;\n"
        script += copy(service, "collections", each.replace("t.collection_id", "t.id"),
                       {"id": collection, "name": f"'{prefix}' || n"})
        script += copy(service, "collection_heads", each, {"collection_id": collection})
        script += copy(service, "items", each, {"collection_id": collection, "id": item.replace("t.item_id", "t.id")})
        script += copy(service, "item_versions", each, {"collection_id": collection, "item_id": item})
        script += copy(service, "index_entries", each,
                       {"collection_id": collection, "source_id": item.replace("t.item_id", "t.source_id")})
        script += copy(service, "item_vectors", each + " AND t.view = 0 AND t.part = 0", {"collection_id": collection})
        service.sql(script + "COMMIT;")
        progress(f"{last + 1} of {count} collections")
    return service.sql(f"SELECT {collection} FROM generate_series(0, {count - 1}) AS n ORDER BY n").split("\n")


def enlarge(service, collection, times, offset):
    """Copies a collection's rows `times` times into it, with keys and places of their own."""
    here = f"t.workspace_id = (SELECT workspace_id FROM mneme.collections WHERE id = '{collection}')"
    base, places = service.sql(f"SELECT last_key, last_seq FROM mneme.collection_heads "
                               f"WHERE collection_id = '{collection}'").split("|")
    each = (f"CROSS JOIN generate_series(0, {times - 1}) AS n WHERE {here} AND t.collection_id = '{collection}' "
            f"AND t.key <= {offset}")
    item = derived("t.item_id::text", f"'{base}'", "n")
    key = f"{base} + n * {offset} + t.key"
    within = (f"CROSS JOIN generate_series(0, {times - 1}) AS n WHERE {here} AND t.collection_id = '{collection}' "
              f"AND EXISTS (SELECT FROM mneme.index_entries AS e WHERE e.workspace_id = t.workspace_id AND "
              f"e.collection_id = t.collection_id AND e.source_id = t.SOURCE AND e.key <= {offset})")
    script = "BEGIN; SET LOCAL session_replication_role = replica;\n"
    script += copy(service, "items", within.replace("SOURCE", "id"), {"id": item.replace("t.item_id", "t.id")})
    script += copy(service, "item_versions", within.replace("SOURCE", "item_id"), {"item_id": item})
    script += copy(service, "index_entries", each, {
        "key": key, "seq": f"{places} + n * {offset} + t.key",
        "source_id": item.replace("t.item_id", "t.source_id")})
    script += copy(service, "item_vectors", each + " AND t.view = 0 AND t.part = 0", {"key": key})
    script += (f"UPDATE mneme.collection_heads SET last_key = last_key + {times * offset}, "
               f"last_seq = last_seq + {times * offset} WHERE collection_id = '{collection}';\n")
    service.sql(script + "COMMIT;")



def write(service, name, count, generator):
    """A collection with texts, written over HTTP and embedded; returns its id and the texts."""
    collection = service.call("POST", "/v1/collections", {"name": name})["id"]
    texts = [sentence(generator) for _ in range(count)]
    for first in range(0, count, 100):
        batch = [{"collection_id": collection, "content": t} for t in texts[first:first + 100]]
        service.call("POST", "/v1/items/batch", {"items": batch})
    while service.sql("SELECT count(*) FROM mneme.jobs WHERE NOT dead") != "0":
        time.sleep(0.1)
    return collection, texts


def collections(service, arguments, generator, path):
    """The many collections: those that an earlier run left in the folder, or new ones."""
    if os.path.exists(path):
        with open(path) as file:
            return json.load(file)
    template, texts = write(service, "template", arguments.items, generator)
    begin = time.perf_counter()
    ids = multiply(service, template, arguments.collections, "copy")
    service.sql("ANALYZE")
    made = {"collections": len(ids), "items each": arguments.items,
            "rows copied, s": round(time.perf_counter() - begin, 1)}
    with open(path, "w") as file:
        json.dump((ids, texts, made), file)
    return ids, texts, made


def percentiles(times):
    times = sorted(times)
    at = lambda share: round(times[min(len(times) - 1, int(len(times) * share))], 2)
    return {"count": len(times), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": at(1)}


def progress(text):
    if sys.stderr.isatty():
        print(f"\r{text}  ", end="", file=sys.stderr, flush=True)


def pass_over(service, collections, texts, generator):
    """Asks each collection once, in any order; what was wrong is counted."""
    times, wrong = [], 0
    for number, collection in enumerate(collections):
        took, whole = service.ask(collection, texts[number % 20])
        times.append(took)
        wrong += not whole
        if number % 100 == 0:
            progress(f"{number} of {len(collections)} asked")
    return {**percentiles(times), "wrong": wrong}


def state(service):
    return {**{k: round(v) for k, v in service.resident().items()},
            "index_mb": round(service.metric("mneme_index_bytes") / 2**20),
            "loaded": int(service.metric("mneme_indexes_loaded"))}


def wait_for_snapshots(service, count):
    while service.metric("mneme_index_snapshots_written_total") < count:
        time.sleep(1)


def many(service, arguments, generator, result):
    ids, texts = result.pop("ids"), result.pop("texts")
    shuffled = lambda: generator.sample(ids, len(ids))
    for number in range(20):
        service.ask(ids[0], texts[number])
    result["before"] = state(service)
    begin = time.perf_counter()
    result["cold, from Postgres, ms"] = pass_over(service, shuffled(), texts, generator)
    result["all asked in, s"] = round(time.perf_counter() - begin, 1)
    result["all loaded"] = state(service)
    result["warm, ms"] = pass_over(service, shuffled()[:2000], texts, generator)
    result["after warm"] = state(service)
    begin = time.perf_counter()
    wait_for_snapshots(service, len(ids))
    result["until snapshots were written, s"] = round(time.perf_counter() - begin, 1)
    service.stop()
    result["ready after restart, s"] = round(service.start(), 2)
    for number in range(20):
        service.ask(ids[0], texts[number])
    result["before, restarted"] = state(service)
    result["cold, from snapshots, ms"] = pass_over(service, shuffled(), texts, generator)
    result["all loaded from snapshots"] = state(service)
    result["warm after restart, ms"] = pass_over(service, shuffled()[:2000], texts, generator)


def limited(service, arguments, generator, result):
    ids, texts = result.pop("ids"), result.pop("texts")
    service.stop()
    service.settings["index.memory"] = arguments.limit
    service.start()
    for number in range(20):
        service.ask(ids[0], texts[number])
    before = state(service)
    result["before"] = before
    most, rows = 0, []
    for _ in range(arguments.passes):
        rows.append(pass_over(service, generator.sample(ids, min(len(ids), 3000)), texts, generator))
        now = state(service)
        rows[-1]["state"] = now
        most = max(most, now["VmRSS"] - before["VmRSS"] + before["index_mb"])
    result["passes"] = rows
    result["most taken by indexes, MB"] = most
    result["evictions"] = service.metric("mneme_index_evictions_total")
    result["over limit"] = service.metric("mneme_index_over_limit_total")
    service.settings.pop("index.memory")


def large(service, arguments, generator, result):
    collection, texts = write(service, "large", 1000, generator)
    service.ask(collection, texts[0])
    step = int(service.sql(f"SELECT last_key FROM mneme.collection_heads WHERE collection_id = '{collection}'"))
    begin = time.perf_counter()
    enlarge(service, collection, arguments.large // step - 1, step)
    result["rows copied, s"] = round(time.perf_counter() - begin, 1)
    result["items"] = arguments.large
    service.stop()
    service.start()
    for text in texts[:20]:
        service.ask(result["small"], text) if result.get("small") else None
    begin = time.perf_counter()
    while True:
        took, whole = service.ask(collection, texts[0])
        if whole:
            break
    result["rebuilt from Postgres, s"] = round(time.perf_counter() - begin, 2)
    result["state"] = state(service)
    while arguments.large >= 20000 and service.metric("mneme_index_graphs_built_total") < 1:
        time.sleep(0.5)
    result["graph built after, s"] = round(time.perf_counter() - begin, 1)
    result["state with graph"] = state(service)
    written = service.metric("mneme_index_snapshots_written_total")
    wait_for_snapshots(service, written + 1)
    service.stop()
    # The database alone takes the rows: the snapshot stands before them.
    service.start()
    enlarge(service, collection, max(1, arguments.rows // step), step)
    service.stop()
    times = {"ready": round(service.start(), 2)}
    begin = time.perf_counter()
    while True:
        took, whole = service.ask(collection, texts[0])
        times.setdefault("first answer", round(took / 1000, 2))
        if whole:
            break
    times["first whole answer"] = round(time.perf_counter() - begin, 2)
    result["from snapshot with rows to replay, s"] = {"rows": max(1, arguments.rows // step) * step, **times}
    result["refused snapshots"] = service.metric("mneme_index_snapshots_refused_total")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--collections", type=int, default=10_000)
    parser.add_argument("--items", type=int, default=100)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--limit", default="256M")
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--only", default="many,limit,large", help="of these; none makes the collections alone")
    parser.add_argument("--dir")
    parser.add_argument("--json")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    generator = random.Random(arguments.seed)
    folder = arguments.dir or tempfile.mkdtemp(prefix="mneme-scale.", dir="/tmp")
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o711)
    settings = {"limits.user": "requests=unlimited", "index.snapshotInterval": "5s", "index.patience": "60s"}
    service = Service(arguments.binary, folder + "/data", settings)
    results, wanted = {}, arguments.only.split(",")
    try:
        service.start()
        if wanted != ["large"]:
            ids, texts, results["set"] = collections(service, arguments, generator, folder + "/set.json")
        for name, measure in [("many", many), ("limit", limited), ("large", large)]:
            if name in wanted:
                results[name] = {} if name == "large" else {"ids": ids, "texts": texts}
                measure(service, arguments, generator, results[name])
                print(json.dumps({name: results[name]}, indent=1), flush=True)
    finally:
        if service.process.poll() is None:
            service.stop()
        if not arguments.dir:
            shutil.rmtree(os.path.realpath(folder + "/data/postgres"), ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
