"""Hooks of schemathesis.sh: requests made from the schema alone are refused for ids that nobody has, so most right ones get ids that are there.

What is not changed: requests made to be wrong, and a tenth of the right ones. A deadline that no request can hold is
answered with 504, as documented, and is raised to ten seconds. SUMMARY, at the end, counts answers by status and
operations that succeeded. Standard library only, beside schemathesis.
"""
import atexit, collections, json, os, random, threading, urllib.error, urllib.request
import schemathesis

URL, KEY = os.environ["MNEME_URL"], os.environ["MNEME_API_KEY"]
NAMES = {
    "owner_id": "user_id", "fork_point_id": "message_id", "reply_to": "message_id", "source_message_ids": "message_id",
    "derived_from": "item_id", "supersedes": "item_id", "useful": "item_id", "not_useful": "item_id",
}
entropy = random.SystemRandom()
# A message of each thread that was made here.
spoken = {}
lock, ids, statuses, succeeded, asked = threading.Lock(), {}, collections.Counter(), set(), collections.Counter()


with urllib.request.urlopen(URL + "/openapi.json", timeout=30) as answer:
    DOCUMENT = json.load(answer)
OPERATIONS = {
    f"{method.upper()} {path}": operation for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
}


def post(path, body):
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), method="POST")
    request.add_header("Authorization", f"Bearer {KEY}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def make(noun):
    """The id of a new one of a noun, with all that it is in."""
    name = f"made {entropy.getrandbits(64):x}"
    message = {"content": "tea is at four", "author": "Ada", "author_type": "human"}
    match noun:
        case "user_id": return post("/v1/users", {"name": name})["id"]
        case "agent_id": return post("/v1/agents", {"name": name})["id"]
        case "audience_id": return post("/v1/audiences", {"name": name})["id"]
        case "key_id": return post("/v1/keys", {"name": name, "scopes": ["items:read"]})["key"]["id"]
        case "collection_id": return post("/v1/collections", {"name": name})["id"]
        case "item_id": return post("/v1/items", {"content": name, "collection_id": make("collection_id")})["id"]
        case "channel_id": return post("/v1/channels", {"name": name})["id"]
        case "thread_id":
            thread = post(f"/v1/channels/{make('channel_id')}/threads", {"title": name})["id"]
            spoken[thread] = post(f"/v1/threads/{thread}/messages", message)["id"]
            return thread
        case "message_id": return post(f"/v1/threads/{make('thread_id')}/messages", message)["id"]
        case "fork_id":
            thread = make("thread_id")
            return post(f"/v1/threads/{thread}/forks", {"fork_point_id": spoken[thread], "title": name})["id"]
        case "proposal_id":
            thread = make("thread_id")
            proposal = {"content": name, "source_message_ids": [spoken[thread]]}
            return post(f"/v1/threads/{thread}/proposals", proposal)["id"]
        case "erasure_id": return post("/v1/erasures", {"item_id": make("item_id")})["id"]
        case "context_id": return post("/v1/context", {"query": "tea"})["id"]
    return None


def existing(noun):
    """The id of one that is there, most likely; one is made anew after it was given out twenty times."""
    noun = NAMES.get(noun, noun)
    with lock:
        id, uses = ids.get(noun, (None, 20))
        ids[noun] = (id, uses + 1)
    if uses >= 20:
        try:
            id = make(noun)
        except (urllib.error.URLError, KeyError, ValueError):
            return id
        with lock:
            ids[noun] = (id, 0)
    return id


def resolved(schema):
    name = (schema or {}).get("$ref", "").rsplit("/", 1)[-1]
    return DOCUMENT["components"]["schemas"].get(name, schema or {})


def filled(value, schema, chance, key=None):
    """A body whose ids are those of what is there; of what is optional the half is left out, since much excludes each other."""
    schema = resolved(schema)
    if isinstance(value, dict):
        required, properties = schema.get("required", []), schema.get("properties", {})
        return {
            name: filled(member, properties.get(name), chance, name)
            for name, member in value.items()
            if name in required or (name != "id" and chance.random() < 0.5)
        }
    if isinstance(value, list):
        return [filled(element, schema.get("items"), chance, key) for element in value]
    is_id = key and (key.endswith("_id") or key in NAMES)
    return (existing(key) or value) if is_id and isinstance(value, str) else value


@schemathesis.hook
def before_call(context, case, kwargs):
    chance = random.Random(repr((case.path, case.path_parameters, case.query, case.body)))
    deadline = str((case.headers or {}).get("Mneme-Deadline-Ms", ""))
    if deadline.isdigit() and int(deadline) < 10_000:
        case.headers["Mneme-Deadline-Ms"] = "10000"
    if case.meta is None or case.meta.generation.mode.is_negative or chance.random() < 0.1:
        return
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = f"{entropy.getrandbits(64):x}"
    if case.path_parameters:
        found = {name: existing(name) for name in case.path_parameters}
        case.path_parameters = {name: found[name] or value for name, value in case.path_parameters.items()}
    if case.query:
        # Cursors and tokens are the server's own, and tell of nothing here.
        kept = {name: value for name, value in case.query.items() if name not in ("cursor", "consistency_token")}
        case.query = {name: (existing(name) or value) if name.endswith("_id") else value for name, value in kept.items()}
    if isinstance(case.body, dict):
        content = OPERATIONS.get(f"{case.method.upper()} {case.path}", {}).get("requestBody", {}).get("content", {})
        body = filled(case.body, content.get("application/json", {}).get("schema"), chance)
        body.pop("consistency_token", None)
        message = spoken.get((case.path_parameters or {}).get("thread_id"))
        if message and "fork_point_id" in body:
            body["fork_point_id"] = message
        if message and "source_message_ids" in body:
            body["source_message_ids"] = [message]
        # Names and ids that the caller chooses can be taken once.
        if case.method.upper() == "POST" and isinstance(body.get("name"), str):
            body["name"] = (body["name"] + f" {entropy.getrandbits(48):x}")[-256:]
        case.body = body


@schemathesis.hook
def after_call(context, case, response):
    name = f"{case.method.upper()} {case.path}"
    with lock:
        statuses[response.status_code] += 1
        asked[name] += 1
        if response.status_code < 300:
            succeeded.add(name)


@atexit.register
def summary():
    print("statuses:", dict(sorted(statuses.items())))
    counts = {name: asked[name] for name in OPERATIONS if asked[name]}
    print(f"operations: {len(counts)} of {len(OPERATIONS)}, {sum(asked.values())} requests, at least {min(counts.values(), default=0)} each")
    print("never succeeded:", sorted(set(OPERATIONS) - succeeded))
