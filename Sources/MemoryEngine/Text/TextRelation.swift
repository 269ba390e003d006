/// How two texts stand to each other, judged by their words alone.
package enum TextRelation: String, Sendable, Hashable, CaseIterable {
    /// They say different things, or nothing can be told.
    case unrelated
    /// They say the same.
    case same
    /// They say the same of the same, but with another value: a number, a date, a name, or a "not".
    case conflicting
}

/// Compares two texts.
///
/// Both are aligned word by word. What differs decides: nothing that matters, then they say the same; one value, after words
/// that they share, then they probably contradict each other. Where already the first words differ, the two are about
/// different things. It is a guess from the surface, made to be marked, and never a reason to drop anything.
enum TextComparison {
    /// From this share of common words on, two texts may say the same.
    static let sameShare = 0.85
    /// Below this share of common words nothing is compared further.
    private static let relatedShare = 0.34
    /// Longer texts are not aligned; then the numbers and names of both decide.
    private static let longest = 64
    /// Of both texts' words, so many are in common and in the same order in what is about the same thing.
    private static let alignedShare = 0.6
    /// The same, where the only difference is a plain word.
    private static let plainShare = 0.75

    /// The relation of two texts.
    static func relation(_ left: ComparedText, _ right: ComparedText) -> TextRelation {
        let (shorter, longer) = (
            min(left.set.count, right.set.count), max(left.set.count, right.set.count)
        )
        guard Double(shorter) >= relatedShare * Double(longer) else { return .unrelated }
        let overlap = ComparedText.overlap(left, right)
        guard overlap >= relatedShare else { return .unrelated }
        let isClose = overlap >= sameShare
        guard left.words.count <= longest, right.words.count <= longest else {
            guard isClose else { return .unrelated }
            return hasOtherValues(left, right) ? .conflicting : .same
        }
        let alignment = Alignment(left, right)
        if alignment.isConflict(alignedShare: alignedShare, plainShare: plainShare) { return .conflicting }
        return isClose && !alignment.differsInValues ? .same : .unrelated
    }

    /// Whether each of two long texts has numbers or names that the other lacks.
    private static func hasOtherValues(_ left: ComparedText, _ right: ComparedText) -> Bool {
        for traits in [ComparedText.Traits.number, .name] {
            let a = Set(left.words.filter { $0.traits.contains(traits) }.map(\.hash))
            let b = Set(right.words.filter { $0.traits.contains(traits) }.map(\.hash))
            if !a.subtracting(b).isEmpty, !b.subtracting(a).isEmpty { return true }
        }
        let negations = (left.negationCount, right.negationCount)
        return (negations.0 == 0) != (negations.1 == 0)
    }
}

extension ComparedText {
    /// How many words say that something is not so.
    var negationCount: Int { words.count { $0.traits.contains(.negation) } }
}

/// Two short texts, word against word.
private struct Alignment {
    /// Words that stand against each other; one side may be empty.
    private struct Hunk {
        let left: [ComparedText.Word]
        let right: [ComparedText.Word]
        /// Words that carry meaning, shared before it.
        let contentBefore: Int

        var isTwoSided: Bool { !left.isEmpty && !right.isEmpty }

        /// Whether both sides have such words, each some that the other text has nowhere.
        func oppose(_ traits: ComparedText.Traits, _ texts: (left: Set<UInt64>, right: Set<UInt64>)) -> Bool {
            left.contains { $0.traits.contains(traits) && !texts.right.contains($0.hash) }
                && right.contains { $0.traits.contains(traits) && !texts.left.contains($0.hash) }
        }

        func either(_ traits: ComparedText.Traits) -> Bool {
            (left + right).contains { $0.traits.contains(traits) }
        }
    }

    private let left: ComparedText
    private let right: ComparedText
    private let texts: (left: Set<UInt64>, right: Set<UInt64>)
    private var hunks: [Hunk] = []
    private var common = 0
    private var commonContent = 0

    init(_ left: ComparedText, _ right: ComparedText) {
        self.left = left
        self.right = right
        texts = (Set(left.set), Set(right.set))
        align()
    }

    /// Whether numbers, names or negations stand against each other.
    var differsInValues: Bool {
        hunks.contains { $0.oppose(.number, texts) || $0.oppose(.name, texts) || $0.either(.negation) }
    }

    func isConflict(alignedShare: Double, plainShare: Double) -> Bool {
        let total = left.words.count + right.words.count
        let share = total == 0 ? 0 : 2 * Double(common) / Double(total)
        guard share >= alignedShare, commonContent >= 2 else { return false }
        let replaced = hunks.filter(\.isTwoSided)
        if isDenied(replaced) { return share >= plainShare - 0.1 }
        guard let first = replaced.first, first.contentBefore > 0 else { return false }
        // "Route 3 …" and "Route 4 …": the number belongs to what is talked about.
        if first.contentBefore == 1, isNumberOfSubject(first) { return false }
        // Other names and then other values: other people, other things.
        if replaced.count > 1, first.oppose(.name, texts) { return false }
        if replaced.contains(where: { $0.oppose(.number, texts) || $0.oppose(.name, texts) }) { return true }
        guard replaced.count == 1, share >= plainShare, commonContent >= 3 else { return false }
        return first.left.count <= 2 && first.right.count <= 2 && first.oppose([], texts) && !isInflection(first)
    }

    /// Whether one text denies what the other says, and no more.
    private func isDenied(_ replaced: [Hunk]) -> Bool {
        guard (left.negationCount == 0) != (right.negationCount == 0) else { return false }
        return hunks.contains { $0.either(.negation) }
            && !replaced.contains {
                $0.oppose(.number, texts) || $0.oppose(.name, texts) || $0.contentBefore == 0
            }
    }

    private func isNumberOfSubject(_ hunk: Hunk) -> Bool {
        guard let a = hunk.left.first, let b = hunk.right.first else { return false }
        let isBare = [a, b].allSatisfy { $0.traits.contains(.number) && $0.traits.contains(.follows) }
        return isBare && digits(a, in: left) && digits(b, in: right)
    }

    private func digits(_ word: ComparedText.Word, in text: ComparedText) -> Bool {
        text.bytes[word.range].allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Whether the two are forms or spellings of one word.
    private func isInflection(_ hunk: Hunk) -> Bool {
        guard hunk.left.count == 1, hunk.right.count == 1 else { return false }
        let a = Array(left.bytes[hunk.left[0].range])
        let b = Array(right.bytes[hunk.right[0].range])
        let shared = zip(a, b).prefix { $0 | 0x20 == $1 | 0x20 }.count
        return shared >= 4 && a.count - shared <= 3 && b.count - shared <= 3
    }

    /// The longest common subsequence, and what lies between.
    private mutating func align() {
        let (a, b) = (left.words, right.words)
        let width = b.count + 1
        var lengths = [Int16](repeating: 0, count: (a.count + 1) * width)
        for i in stride(from: a.count - 1, through: 0, by: -1) {
            for j in stride(from: b.count - 1, through: 0, by: -1) {
                lengths[i * width + j] =
                    a[i].hash == b[j].hash
                    ? lengths[(i + 1) * width + j + 1] + 1
                    : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
            }
        }
        var (i, j) = (0, 0)
        var (from, against) = (0, 0)
        while i < a.count, j < b.count {
            if a[i].hash == b[j].hash {
                close(a[from..<i], b[against..<j])
                common += 1
                if a[i].traits.contains(.content) { commonContent += 1 }
                i += 1
                j += 1
                (from, against) = (i, j)
            } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
                i += 1
            } else {
                j += 1
            }
        }
        close(a[from...], b[against...])
    }

    private mutating func close(_ left: ArraySlice<ComparedText.Word>, _ right: ArraySlice<ComparedText.Word>) {
        guard !left.isEmpty || !right.isEmpty else { return }
        hunks.append(Hunk(left: Array(left), right: Array(right), contentBefore: commonContent))
    }
}
