/// Turns one compound into terms: plain words, and code tokens as a whole and in parts.
///
/// | text | terms (before stemming) |
/// | --- | --- |
/// | `parseHTTPRequest` | parsehttprequest, parse, http, request |
/// | `max_batch_tokens` | max_batch_tokens, maxbatchtokens, max, batch, tokens |
/// | `src/net/curl.c` | src/net/curl.c, curl.c, src, net, curl, c |
/// | `utf-8`, `utf8` | both: utf8, utf, 8 |
/// | `1,000` | 1000 |
struct CompoundTerms {
    /// What a term stands for when it leaves analysis.
    enum Form {
        /// A word of language, for stop list, irregular forms and stemmer.
        case word
        /// Letters that may be typed as one word: stemmed, never a stop word.
        case joinedWord
        /// A token to be found exactly as it is written.
        case exact
    }

    /// Receives a lower-cased term, its form, where it stands (in indices of the symbols), and whether it counts towards the length of
    /// the field: parts do, the whole beside them does not.
    typealias Sink = (_ term: [UInt8], _ form: Form, _ range: Range<Int>, _ isPrimary: Bool) -> Void

    let symbols: [Symbol]

    /// Emits the terms of the compound at `range`.
    func emit(_ range: Range<Int>, into sink: Sink) {
        let parts = parts(of: range)
        guard parts.count > 1 else {
            let plain = parts.first ?? range
            if plain != range { sink(lowered(range), .exact, range, false) }
            emitPart(plain, into: sink)
            return
        }
        let joiners = joiners(between: parts)
        if joiners.allSatisfy({ $0 == Joiner.comma }) {
            sink(parts.flatMap(lowered), .exact, range, true)
        } else if joiners.allSatisfy({ $0 == Joiner.apostrophe }) {
            emitApostrophised(range, parts: parts, into: sink)
        } else {
            emitCode(range, parts: parts, joiners: joiners, into: sink)
        }
    }

    // MARK: Compounds

    private func emitCode(_ range: Range<Int>, parts: [Range<Int>], joiners: [UInt32], into sink: Sink) {
        sink(lowered(range), .exact, range, false)
        if joiners.contains(where: Joiner.segmenting.contains) {
            emitSegments(parts: parts, joiners: joiners, into: sink)
        }
        let soft = joiners.allSatisfy { $0 == Joiner.hyphen || $0 == Joiner.underscore }
        if soft, parts.count <= 4 {
            sink(parts.flatMap(lowered), .joinedWord, range, false)
        }
        for part in parts {
            emitPart(part, into: sink)
        }
    }

    /// The pieces of a path or an address that have several parts themselves, such as the file name with its ending.
    private func emitSegments(parts: [Range<Int>], joiners: [UInt32], into sink: Sink) {
        var first = 0
        for index in parts.indices {
            let closes = index == joiners.count || Joiner.segmenting.contains(joiners[index])
            guard closes else { continue }
            if index > first {
                let segment = parts[first].lowerBound..<parts[index].upperBound
                sink(lowered(segment), .exact, segment, false)
            }
            first = index + 1
        }
    }

    /// `don't` is a stop word, `user's` is user, `we'll` is we, `l'homme` is l and homme, `O'Brien` also stays whole.
    private func emitApostrophised(_ range: Range<Int>, parts: [Range<Int>], into sink: Sink) {
        let words = parts.map(lowered)
        if words.count == 2, Self.englishEndings.contains(words[1]) {
            if words[1] == [UInt8(ascii: "t")], words[0].last == UInt8(ascii: "n") { return }
            emitPart(parts[0], into: sink)
            return
        }
        sink(lowered(range), .exact, range, false)
        for part in parts {
            emitPart(part, into: sink)
        }
    }

    private static let englishEndings: Set<[UInt8]> = Set(
        ["s", "t", "d", "m", "ll", "re", "ve"].map { Array($0.utf8) }
    )

    // MARK: Parts

    /// A part between joiners: a plain word, or one with inner boundaries (`HTTPServer`, `sha256`).
    private func emitPart(_ part: Range<Int>, into sink: Sink) {
        let pieces = pieces(of: part)
        guard pieces.count > 1 else {
            sink(lowered(part), symbols[part.lowerBound].kind == .digit ? .exact : .word, part, true)
            return
        }
        let lettersOnly = part.allSatisfy { symbols[$0].kind != .digit }
        sink(lowered(part), lettersOnly ? .joinedWord : .exact, part, false)
        for piece in pieces {
            let isNumber = symbols[piece.lowerBound].kind == .digit
            if isNumber || piece.count > 1 {
                sink(lowered(piece), isNumber ? .exact : .word, piece, true)
            }
        }
    }

    /// Splits at case changes and, where there is one such boundary only, between letters and digits.
    private func pieces(of part: Range<Int>) -> [Range<Int>] {
        var caseBoundaries: [Int] = []
        var digitBoundaries: [Int] = []
        for index in part.dropFirst() {
            let before = symbols[index - 1].kind
            let here = symbols[index].kind
            if (before == .digit) != (here == .digit), here != .mark {
                digitBoundaries.append(index)
            } else if before == .lower, here == .upper {
                caseBoundaries.append(index)
            } else if before == .upper, here == .upper, index + 2 < part.upperBound,
                symbols[index + 1].kind == .lower, symbols[index + 2].kind == .lower
            {
                caseBoundaries.append(index)
            }
        }
        // Many changes between letters and digits are a hash or an id, whose pieces mean nothing.
        if digitBoundaries.count > 1 { return [part] }
        var start = part.lowerBound
        var result: [Range<Int>] = []
        for boundary in (caseBoundaries + digitBoundaries).sorted() {
            result.append(start..<boundary)
            start = boundary
        }
        result.append(start..<part.upperBound)
        return result
    }

    private func parts(of range: Range<Int>) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start: Int?
        for index in range {
            if symbols[index].kind.isWord {
                start = start ?? index
            } else if let begun = start {
                result.append(begun..<index)
                start = nil
            }
        }
        if let begun = start { result.append(begun..<range.upperBound) }
        return result
    }

    /// The first joiner between each two parts.
    private func joiners(between parts: [Range<Int>]) -> [UInt32] {
        parts.dropLast().map { symbols[$0.upperBound].scalar }
    }

    /// The lower-case UTF-8 of a range, at most `maximumTermLength` bytes of it.
    private func lowered(_ range: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        for index in range {
            let start = result.count
            symbols[index].appendLowered(to: &result)
            if result.count > Self.maximumTermLength {
                result.removeSubrange(start...)
                break
            }
        }
        return result
    }

    /// Longer tokens are cut to their first bytes, in documents and queries alike, so that they are still found.
    static let maximumTermLength = 96
}

extension Symbol {
    /// Appends the lower-case form in UTF-8; `ё` is written `е`, as most people type it.
    func appendLowered(to bytes: inout [UInt8]) {
        if scalar < 0x80 {
            bytes.append(kind == .upper ? UInt8(truncatingIfNeeded: scalar) | 0x20 : UInt8(truncatingIfNeeded: scalar))
            return
        }
        guard let letter = Unicode.Scalar(scalar == 0x451 || scalar == 0x401 ? 0x435 : scalar) else { return }
        if kind == .upper {
            bytes.append(contentsOf: letter.properties.lowercaseMapping.utf8)
        } else {
            bytes.append(contentsOf: UTF8.encode(letter) ?? UTF8.encodedReplacementCharacter)
        }
    }
}
