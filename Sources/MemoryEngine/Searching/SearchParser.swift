package import MemoryModel

/// Parses what people type into a search field: words, `"phrases"`, `-not`, `OR`.
///
/// Words side by side must all match; `OR` binds two neighbours looser than that: `a b OR c` is `(a b) OR c`. Anything
/// that is not understood is taken as words, so that every input but an empty one means something.
package struct SearchParser {
    private enum Token {
        case word(Substring)
        case phrase(Substring)
        case or
        case not
    }

    private let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    /// The expression of a search.
    ///
    /// - Throws: `invalid` where nothing is looked for, `tooLarge` beyond the limit of words.
    package func parse(_ text: String) throws(EngineError) -> SearchExpression {
        let tokens = Self.tokens(of: text)
        guard tokens.count <= limit else {
            throw EngineError(.tooLarge, "has more than \(limit) words and operators", field: "q")
        }
        var alternatives: [[SearchExpression]] = [[]]
        var isNegated = false
        for token in tokens {
            switch token {
            case .or:
                if !(alternatives.last ?? []).isEmpty { alternatives.append([]) }
                isNegated = false
            case .not:
                isNegated = true
            case .word(let text):
                Self.append(Self.words(in: text), negated: isNegated, to: &alternatives)
                isNegated = false
            case .phrase(let text):
                Self.append(Self.phrase(text), negated: isNegated, to: &alternatives)
                isNegated = false
            }
        }
        let meant = alternatives.filter { !$0.isEmpty }
        guard !meant.isEmpty, meant.allSatisfy({ $0.contains { !Self.isNegation($0) } }) else {
            throw EngineError(.invalid, "needs at least one word that is looked for", field: "q")
        }
        let parts = meant.map { $0.count == 1 ? $0[0] : SearchExpression.all($0) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    /// The words and runs that an expression looks for, those it excludes left out.
    package static func wanted(in expression: SearchExpression) -> [String] {
        switch expression {
        case .word(let word): [word]
        case .phrase(let words): words
        case .bigrams(let pairs): [joined(pairs)]
        case .all(let parts), .any(let parts): parts.flatMap(wanted(in:))
        case .not: []
        }
    }

    private static func isNegation(_ expression: SearchExpression) -> Bool {
        if case .not = expression { return true }
        return false
    }

    private static func append(
        _ parts: [SearchExpression],
        negated: Bool,
        to alternatives: inout [[SearchExpression]]
    ) {
        guard !parts.isEmpty else { return }
        let meant = negated ? [.not(parts.count == 1 ? parts[0] : .all(parts))] : parts
        alternatives[alternatives.count - 1] += meant
    }

    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if isQuote(first) {
                rest.removeFirst()
                let end = rest.firstIndex(where: isQuote) ?? rest.endIndex
                tokens.append(.phrase(rest[..<end]))
                rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
            } else if first == "-", let next = rest.dropFirst().first, !next.isWhitespace, next != "-" {
                rest.removeFirst()
                tokens.append(.not)
            } else {
                let end = rest.firstIndex { $0.isWhitespace || isQuote($0) } ?? rest.endIndex
                tokens.append(rest[..<end] == "OR" ? .or : .word(rest[..<end]))
                rest = rest[end...]
            }
        }
        return tokens
    }

    private static func isQuote(_ character: Character) -> Bool {
        character == "\"" || character == "\u{201C}" || character == "\u{201D}"
    }

    /// What one typed word looks for: itself, and a run of a script without spaces by its pairs.
    private static func words(in text: Substring) -> [SearchExpression] {
        segments(of: text).map { segment in
            switch segment {
            case .spaced(let word): .word(word)
            case .unspaced(let run): .bigrams(UnspacedScript.bigrams(of: run[...]))
            }
        }
    }

    private static func phrase(_ text: Substring) -> [SearchExpression] {
        var result: [SearchExpression] = []
        var words: [String] = []
        func flush() {
            guard !words.isEmpty else { return }
            result.append(words.count == 1 ? .word(words[0]) : .phrase(words))
            words = []
        }
        for word in text.split(whereSeparator: \.isWhitespace) {
            for segment in segments(of: word) {
                switch segment {
                case .spaced(let word): words.append(word)
                case .unspaced(let run):
                    flush()
                    result.append(.bigrams(UnspacedScript.bigrams(of: run[...])))
                }
            }
        }
        flush()
        return result
    }

    private enum Segment {
        case spaced(String)
        case unspaced(String)
    }

    private static func segments(of text: Substring) -> [Segment] {
        let text = String(text)
        var result: [Segment] = []
        var start = text.startIndex
        func addSpaced(_ slice: Substring) {
            let word = trimmed(slice)
            if !word.isEmpty { result.append(.spaced(word)) }
        }
        for run in UnspacedScript.runs(in: text) {
            addSpaced(text[start..<run.lowerBound])
            result.append(.unspaced(String(text[run])))
            start = run.upperBound
        }
        addSpaced(text[start...])
        return result
    }

    /// Without signs at the ends that belong to no word; nothing where there is no letter or digit.
    private static func trimmed(_ slice: Substring) -> String {
        func isWordLike(_ character: Character) -> Bool { character.isLetter || character.isNumber }
        guard let first = slice.firstIndex(where: isWordLike), let last = slice.lastIndex(where: isWordLike) else {
            return ""
        }
        return String(slice[first...last])
    }

    /// The run that pairs were made of.
    private static func joined(_ pairs: [String]) -> String {
        guard let first = pairs.first else { return "" }
        return pairs.dropFirst().reduce(first) { run, pair in
            run + String(pair.unicodeScalars.drop { $0 != pair.unicodeScalars.last }.prefix(1).map(Character.init))
        }
    }
}
