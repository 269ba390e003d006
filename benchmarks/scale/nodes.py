#!/usr/bin/env python3
"""Two API nodes behind nginx, with the configuration of docs/scaling.md: is each collection on one node, and is a lost
node made up for?

usage: nodes.py --binary .build/release/mneme --nginx /usr/sbin/nginx [--agents 24]

It starts `mneme up`, a second `mneme api` on the same database, and nginx before both. Agents with keys of their own write
and ask by way of nginx. Then it says how many collections each node has loaded, asks the other node with tokens, kills the second
node and asks everything again. Exit code 1 where something is not as it should be. Standard library only, and nginx.
"""
import argparse, http.client, json, os, re, shutil, signal, socket, subprocess, sys, tempfile, time
from measure import Service


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def call(port, method, path, key=None, body=None, headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    fields = {"Content-Type": "application/json", **headers}
    if key:
        fields["Authorization"] = f"Bearer {key}"
    connection.request(method, path, None if body is None else json.dumps(body), fields)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text[:1] in (b"{", b"[") else text.decode()


def loaded(port):
    text = call(port, "GET", "/metrics")[1]
    return int(sum(float(l.split()[-1]) for l in text.splitlines() if l.startswith("mneme_indexes_loaded")))


def configuration(folder, port, ports):
    """nginx's own settings around what docs/scaling.md has."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(f"{here}/../../docs/scaling.md") as file:
        text = re.search(r"```nginx\n(.*?)```", file.read(), re.S).group(1)
    for known, actual in [("7401", ports[0]), ("7402", ports[1]), ("7400", port)]:
        text = text.replace(known, str(actual))
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in
                    ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    path = f"{folder}/nginx.conf"
    with open(path, "w") as file:
        file.write(f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
                   f"http {{ access_log off;\n{paths}{text}}}\n")
    return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--nginx", default="/usr/sbin/nginx")
    parser.add_argument("--agents", type=int, default=24)
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="mneme-nodes.", dir="/tmp")
    os.chmod(folder, 0o711)
    first = Service(arguments.binary, folder + "/data", {"limits.user": "requests=unlimited"})
    running, wrong = [], []
    try:
        first.start()
        postgres = os.path.realpath(first.folder + "/postgres")
        with open(first.folder + "/postgres.password") as file:
            address = f"postgresql://mneme_admin:{file.read().strip()}@/mneme?host={postgres}/run"
        with open(first.folder + "/secret") as file:
            environment = dict(os.environ, MNEME_SECRET=file.read().strip(), DATABASE_URL=address)
        second, front = free_port(), free_port()
        log = open(folder + "/second.log", "wb")
        running.append(subprocess.Popen(
            [arguments.binary, "api", "--data-dir", folder + "/second", "--port", str(second)],
            env=environment, stdout=log, stderr=log))
        path = configuration(folder, front, (first.port, second))
        running.append(subprocess.Popen([arguments.nginx, "-c", path, "-p", folder, "-e", folder + "/error.log"]))
        deadline = time.time() + 60
        while True:
            try:
                if call(second, "GET", "/readyz")[0] == 200 and call(front, "GET", "/livez")[0] == 200:
                    break
            except OSError:
                pass
            if time.time() > deadline:
                sys.exit(open(folder + "/second.log").read())
            time.sleep(0.05)
        agents = []
        for number in range(arguments.agents):
            agent = first.call("POST", "/v1/agents", {"name": f"scout {number}"})["id"]
            key = first.call("POST", "/v1/keys", {"name": f"k{number}", "agent_id": agent, "role": "member",
                             "scopes": ["items:read", "items:write", "context:read"]})["secret"]
            agents.append((number, key))

        def ask(port, number, key, token=None):
            body = {"query": f"parcel {number}", "types": ["item"]}
            if token:
                body["consistency_token"] = token
            status, answer = call(port, "POST", "/v1/context", key, body)
            contents = [e["item"]["content"] for e in answer["entries"]] if status == 200 else []
            if f"parcel {number} is in the hall" not in contents:
                wrong.append(f"port {port}, agent {number}: {status} {str(answer)[:200]}")

        tokens = {}
        for number, key in agents:
            status, answer = call(front, "POST", "/v1/items", key, {"content": f"parcel {number} is in the hall"})
            if status != 201:
                sys.exit(f"{status} {answer}")
            tokens[number] = answer["consistency_token"]
        for _ in range(5):
            for number, key in agents:
                ask(front, number, key)
        counts = (loaded(first.port), loaded(second))
        print(f"loaded after {5 * len(agents)} queries by way of nginx: {counts[0]} and {counts[1]}, of {len(agents)}")
        if sum(counts) != len(agents) or min(counts) == 0:
            wrong.append("collections are not divided between the nodes")
        for number, key in agents:
            ask(first.port, number, key, tokens[number])
            ask(second, number, key, tokens[number])
        print("tokens asked of both nodes by themselves: done")
        running[0].send_signal(signal.SIGKILL)
        running[0].wait()
        begin = time.perf_counter()
        for number, key in agents:
            ask(front, number, key)
        print(f"all asked again after a node was killed: {time.perf_counter() - begin:.2f} s")
    finally:
        for process in running:
            process.terminate()
            process.wait()
        if hasattr(first, "process") and first.process.poll() is None:
            first.stop()
        shutil.rmtree(os.path.realpath(folder + "/data/postgres"), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    for line in wrong:
        print(line, file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
