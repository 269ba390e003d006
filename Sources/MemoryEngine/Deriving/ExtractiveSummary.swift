internal import MemoryModel

/// A summary of a conversation without a model: the sentences that are nearest to all the others, in their order.
///
/// Sentences are nodes of a graph whose edges are how alike two are, by vectors where there are some and by rare words
/// where not; a random walk over it says which sentences the others lead to (LexRank, Erkan and Radev 2004). What says the
/// same as one that is chosen already is passed over.
struct ExtractiveSummary: Sendable {
    /// One sentence of a message.
    struct Sentence: Sendable {
        let author: String
        let text: String
        fileprivate let words: ComparedText

        init(author: String, text: String) {
            self.author = author
            self.text = text
            words = ComparedText(text)
        }
    }

    /// More sentences than these are not compared; the newest count.
    static let limit = 400
    /// Shorter sentences say too little by themselves.
    private static let shortest = 4
    private static let steps = 30
    private static let damping = 0.85
    /// Above this two sentences say nearly the same.
    private static let alike = 0.6

    let sentences: [Sentence]

    /// The sentences of a conversation.
    init(_ transcript: Transcript) {
        let all = transcript.lines.flatMap { line in
            SentenceSplitter.sentences(of: line.text).map { range in
                Sentence(
                    author: line.message.author,
                    text: line.text[range].split(whereSeparator: \.isWhitespace).joined(separator: " ")
                )
            }
        }
        sentences = all.filter { $0.words.words.count >= Self.shortest }.suffix(Self.limit)
    }

    /// The summary: a line for each run of sentences of one author, at most so many characters.
    ///
    /// - Parameters:
    ///   - characters: The longest summary.
    ///   - vectors: One unit-length vector a sentence, or none.
    /// - Returns: The text; empty where there is no sentence to take.
    func text(characters: Int, vectors: [[Float]] = []) -> String {
        guard !sentences.isEmpty else { return "" }
        let alike = vectors.count == sentences.count ? cosines(vectors) : overlaps()
        let ranks = Self.walk(alike, count: sentences.count)
        let order = sentences.indices.sorted { ranks[$0] == ranks[$1] ? $0 < $1 : ranks[$0] > ranks[$1] }
        var chosen: [Int] = []
        var left = characters
        for index in order {
            let cost = sentences[index].text.count + sentences[index].author.count + 3
            guard cost <= left, !chosen.contains(where: { isRepeated(index, of: $0) }) else { continue }
            chosen.append(index)
            left -= cost
        }
        if chosen.isEmpty, let best = order.first { return String(sentences[best].text.prefix(characters)) }
        return lines(chosen.sorted())
    }

    private func lines(_ chosen: [Int]) -> String {
        var lines: [(author: String, texts: [String])] = []
        for index in chosen {
            if lines.last?.author == sentences[index].author {
                lines[lines.count - 1].texts.append(sentences[index].text)
            } else {
                lines.append((sentences[index].author, [sentences[index].text]))
            }
        }
        return lines.map { "\($0.author): \($0.texts.joined(separator: " "))" }.joined(separator: "\n")
    }

    private func isRepeated(_ index: Int, of other: Int) -> Bool {
        ComparedText.overlap(sentences[index].words, sentences[other].words) > Self.alike
    }

    private func cosines(_ vectors: [[Float]]) -> [Double] {
        pairwise { a, b in max(0, Double(zip(vectors[a], vectors[b]).reduce(0) { $0 + $1.0 * $1.1 })) }
    }

    /// The weight of the words two sentences share: rare ones count more.
    private func overlaps() -> [Double] {
        var frequencies: [UInt64: Int] = [:]
        for sentence in sentences { for word in sentence.words.set { frequencies[word, default: 0] += 1 } }
        let count = Double(sentences.count)
        func weight(_ word: UInt64) -> Double {
            // The reciprocal rises with rarity like the usual logarithm, and grammar is near nothing.
            let share = Double(frequencies[word] ?? 0) / count
            return share > 0.3 ? 0 : 1 - share
        }
        let sets = sentences.map { Set($0.words.set) }
        let lengths = sets.map { $0.reduce(0) { $0 + weight($1) } }
        return pairwise { a, b in
            let shared = sets[a].intersection(sets[b]).reduce(0) { $0 + weight($1) }
            return shared == 0 ? 0 : shared / max(1, lengths[a] + lengths[b] - shared)
        }
    }

    /// A symmetric matrix, row after row, without what a sentence has with itself.
    private func pairwise(_ value: (Int, Int) -> Double) -> [Double] {
        let count = sentences.count
        var matrix = [Double](repeating: 0, count: count * count)
        for a in 0..<count {
            for b in (a + 1)..<max(a + 1, count) {
                let value = value(a, b)
                matrix[a * count + b] = value
                matrix[b * count + a] = value
            }
        }
        return matrix
    }

    /// Where a random walk is found most.
    private static func walk(_ matrix: [Double], count: Int) -> [Double] {
        let sums = (0..<count).map { row in matrix[(row * count)..<((row + 1) * count)].reduce(0, +) }
        var ranks = [Double](repeating: 1 / Double(count), count: count)
        for _ in 0..<steps {
            var next = [Double](repeating: (1 - damping) / Double(count), count: count)
            for row in 0..<count where sums[row] > 0 {
                let share = damping * ranks[row] / sums[row]
                for column in 0..<count { next[column] += share * matrix[row * count + column] }
            }
            ranks = next
        }
        return ranks
    }
}
