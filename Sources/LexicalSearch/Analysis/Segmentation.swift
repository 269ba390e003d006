/// A stretch of text that is analysed as one.
enum Run {
    /// Word parts with the joiners between them, such as `don't`, `snake_case` or `a/path.txt`.
    case compound(Range<Int>)
    /// Scripts without spaces; becomes bigrams.
    case unspaced(Range<Int>)
}

extension SymbolReader {
    /// Calls `body` for each run of the text in order; ranges are indices of `symbols`.
    func forEachRun(_ body: (Run) -> Void) {
        let end = symbols.count - 1
        var index = 0
        while index < end {
            let kind = symbols[index].kind
            if kind.isUnspaced {
                let next = endOfUnspacedRun(from: index)
                body(.unspaced(index..<next))
                index = next
            } else if kind.isLetter || kind == .digit {
                let next = endOfCompound(from: index)
                body(.compound(index..<next))
                index = next
            } else {
                index += 1
            }
        }
    }

    private func endOfUnspacedRun(from start: Int) -> Int {
        var kind = symbols[start].kind
        var index = start + 1
        while kind.continues(into: symbols[index].kind) {
            if symbols[index].kind != .mark { kind = symbols[index].kind }
            index += 1
        }
        return index
    }

    private func endOfCompound(from start: Int) -> Int {
        var index = start + 1
        while true {
            if symbols[index].kind.isWord {
                index += 1
                continue
            }
            guard symbols[index].kind == .joiner else { break }
            var next = index + 1
            while symbols[next].kind == .joiner, next - index < 3 { next += 1 }
            guard symbols[next].kind.isLetter || symbols[next].kind == .digit, joins(index..<next) else { break }
            index = next
        }
        return endOfLanguageName(start..<index) ?? index
    }

    /// Whether joiners between two word parts hold them together.
    private func joins(_ joiners: Range<Int>) -> Bool {
        if joiners.count > 1 {
            return joiners.allSatisfy { Joiner.repeatable.contains(symbols[$0].scalar) }
        }
        let before = symbols[joiners.lowerBound - 1].kind
        let after = symbols[joiners.upperBound].kind
        switch symbols[joiners.lowerBound].scalar {
        case Joiner.comma: return before == .digit && after == .digit
        case Joiner.apostrophe: return before != .digit && after != .digit
        default: return true
        }
    }

    /// `C++`, `C#`, `F#`: the signs belong to the one or two letters before them.
    private func endOfLanguageName(_ range: Range<Int>) -> Int? {
        guard range.count <= 2, range.allSatisfy({ symbols[$0].kind.isLetter }) else { return nil }
        let next = range.upperBound
        let afterwards: Int
        if symbols[next].scalar == Joiner.hash {
            afterwards = next + 1
        } else if symbols[next].scalar == Joiner.plus, symbols[next + 1].scalar == Joiner.plus {
            afterwards = next + 2
        } else {
            return nil
        }
        return symbols[afterwards].kind.isWord ? nil : afterwards
    }
}

/// The scalars that join word parts, by name.
enum Joiner {
    static let apostrophe: UInt32 = 0x27
    static let comma: UInt32 = 0x2C
    static let hash: UInt32 = 0x23
    static let plus: UInt32 = 0x2B
    static let hyphen: UInt32 = 0x2D
    static let underscore: UInt32 = 0x5F

    /// May stand twice or thrice in a row: `::`, `://`, `\\`, `__`.
    static let repeatable: Set<UInt32> = [0x3A, 0x2F, 0x5C, 0x5F]

    /// Separate the segments of a path or an address, each of which is a name of its own: `/ \ : @ #`.
    static let segmenting: Set<UInt32> = [0x2F, 0x5C, 0x3A, 0x40, 0x23]
}
