/// A term as its letters, to be compared with others that may be the same word misspelt.
struct Spelling {
    let text: String
    private let letters: [UInt32]

    init(_ text: String) {
        self.text = text
        letters = text.unicodeScalars.map(\.value)
    }

    /// How many slips a reader forgives: one from four letters on, two from eight on, none in figures, codes and scripts
    /// whose words are not spelt out.
    var forgivenSlips: Int {
        let isSpelt = text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic && scalar.value < 0x600
        }
        guard isSpelt, letters.count >= 4 else { return 0 }
        return letters.count < 8 ? 1 : 2
    }

    /// The number of letters that are missing, added, wrong or swapped with their neighbour, or `nil` above `limit`.
    ///
    /// Optimal string alignment (Damerau 1964), computed only in the band that can stay within the limit.
    func slips(to other: String, within limit: Int) -> Int? {
        let others = other.unicodeScalars.map(\.value)
        guard abs(others.count - letters.count) <= limit else { return nil }
        let beyond = limit + 1
        var beforeLast = [Int](repeating: beyond, count: others.count + 1)
        var last = (0...others.count).map { min($0, beyond) }
        for row in 0..<letters.count {
            var current = [Int](repeating: beyond, count: others.count + 1)
            if row < limit { current[0] = row + 1 }
            var best = current[0]
            for column in max(0, row - limit)..<max(max(0, row - limit), min(others.count, row + limit + 1)) {
                let isSame = letters[row] == others[column]
                var cost = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letters[row] == others[column - 1], letters[row - 1] == others[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current[column + 1] = min(cost, beyond)
                best = min(best, current[column + 1])
            }
            if best > limit, (last.min() ?? 0) > limit { return nil }
            (beforeLast, last) = (last, current)
        }
        let slips = last[others.count]
        return slips <= limit ? slips : nil
    }
}
