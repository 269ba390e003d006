/// Scripts written without spaces between words: their runs are searched by overlapping pairs of characters.
package enum UnspacedScript {
    /// Whether a scalar belongs to such a script: Han, kana, Thai, Lao, Khmer, Myanmar.
    static func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E00...0x0E7F, 0x0E80...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF,
            0x3005...0x3007, 0x3040...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,
            0xFF66...0xFF9F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    /// Whether a mark stays with the character before it.
    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// The runs of such scripts in a text, marks included.
    static func runs(in text: String) -> [Range<String.Index>] {
        var result: [Range<String.Index>] = []
        var start: String.Index?
        let scalars = text.unicodeScalars
        for index in scalars.indices {
            let scalar = scalars[index]
            let belongs = contains(scalar) || (start != nil && isMark(scalar))
            if belongs, start == nil {
                start = index
            } else if !belongs, let first = start {
                result.append(first..<index)
                start = nil
            }
        }
        if let start { result.append(start..<scalars.endIndex) }
        return result
    }

    /// The characters of a run, each with its marks.
    static func clusters(of run: Substring) -> [Range<String.Index>] {
        var starts: [String.Index] = []
        let scalars = run.unicodeScalars
        for index in scalars.indices where starts.isEmpty || !isMark(scalars[index]) {
            starts.append(index)
        }
        return starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : scalars.endIndex) }
    }

    /// The overlapping pairs of a run in order; a run of one character is that character.
    package static func bigrams(of run: Substring) -> [String] {
        let clusters = clusters(of: run)
        guard clusters.count > 1 else { return clusters.map { String(run[$0]) } }
        return (1..<clusters.count).map { String(run[clusters[$0 - 1].lowerBound..<clusters[$0].upperBound]) }
    }

    /// What full-text search stores for a text: the pairs of every run in order, then each character once, so that a
    /// search for one character finds it inside longer runs.
    package static func searchWords(of text: String) -> [String] {
        let runs = runs(in: text).map { text[$0] }
        guard !runs.isEmpty else { return [] }
        let pairs = runs.flatMap(bigrams(of:))
        var seen = Set(pairs)
        var singles: [String] = []
        for run in runs {
            for cluster in clusters(of: run) {
                let character = String(run[cluster])
                if seen.insert(character).inserted { singles.append(character) }
            }
        }
        return pairs + singles
    }
}
