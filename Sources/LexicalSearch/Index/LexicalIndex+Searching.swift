extension LexicalIndex {
    /// The best documents for a query, best first; among equal scores the smaller key comes first.
    ///
    /// A document is scored by its own fields and by the texts of its neighbours. The documents that are scored so are the
    /// best by their own fields, a few times `limit` of them, and the neighbours of these; where fewer match, all that do.
    ///
    /// - Parameters:
    ///   - query: The terms, any of which makes a match.
    ///   - limit: The largest number of matches.
    ///   - statistics: Frequencies over all documents that the caller may see; this index's own when `nil`.
    ///   - parameters: The parameters of BM25F.
    ///   - explaining: Whether each match says what its terms gave.
    ///   - filter: Which keys may match; called on the searching thread while the index is locked for reading.
    /// - Returns: At most `limit` matches.
    public func search(
        _ query: LexicalQuery,
        limit: Int,
        statistics: TermStatistics? = nil,
        parameters: BM25F = BM25F(),
        explaining: Bool = false,
        where filter: ((UInt64) -> Bool)? = nil
    ) -> [LexicalMatch] {
        guard limit > 0, !query.isEmpty else { return [] }
        return contents.read { contents in
            let statistics = statistics ?? contents.statistics(for: query)
            let scorer = FieldScorer(parameters: parameters, statistics: statistics)
            var search = CandidateSearch(
                contents: contents,
                query: query,
                statistics: statistics,
                scorer: scorer,
                limit: parameters.looksAround ? limit + max(limit, 64) : limit + 16
            )
            var slots = search.run(where: filter)
            if parameters.looksAround { slots = contents.withNeighbours(of: slots, where: filter) }
            var documents = DocumentScorer(contents: contents, query: query, statistics: statistics, scorer: scorer)
            let found = slots.map { (slot: $0, key: contents.keys[Int($0)], score: documents.score($0)) }
            return found.filter { $0.score > 0 }
                .sorted { ($0.score, $1.key) > ($1.score, $0.key) }
                .prefix(limit)
                .map { found in
                    LexicalMatch(
                        key: found.key,
                        score: found.score,
                        contributions: explaining ? documents.contributions(to: found.slot) : []
                    )
                }
        }
    }

    /// The scores that given documents have for a query, in their order; 0 where one has none of its terms or is not there.
    public func scores(
        of keys: [UInt64],
        for query: LexicalQuery,
        statistics: TermStatistics? = nil,
        parameters: BM25F = BM25F()
    ) -> [Double] {
        contents.read { contents in
            let statistics = statistics ?? contents.statistics(for: query)
            let scorer = FieldScorer(parameters: parameters, statistics: statistics)
            var documents = DocumentScorer(contents: contents, query: query, statistics: statistics, scorer: scorer)
            return keys.map { key in contents.slot(of: key).map { documents.score($0) } ?? 0 }
        }
    }

    /// Which share of a query, by the rarity of its words, each of some documents has in it or around it, from 0 to 1.
    public func coverage(of keys: [UInt64], by query: LexicalQuery, statistics: TermStatistics? = nil) -> [Double] {
        contents.read { contents in
            let statistics = statistics ?? contents.statistics(for: query)
            let rarities = Dictionary(
                query.terms.map { ($0.term, statistics.inverseDocumentFrequency(of: $0.term) * $0.weight) }
            ) { first, _ in first }
            let all = rarities.values.reduce(0, +)
            let scorer = FieldScorer(parameters: BM25F(), statistics: statistics)
            var documents = DocumentScorer(contents: contents, query: query, statistics: statistics, scorer: scorer)
            return keys.map { key in
                guard all > 0, let slot = contents.slot(of: key) else { return 0 }
                return documents.contributions(to: slot).reduce(0) { $0 + (rarities[$1.term] ?? 0) } / all
            }
        }
    }

    /// Terms of this index that a term may be a slip of the pen for, nearest first, then the more frequent.
    ///
    /// - Parameters:
    ///   - term: A term of a query, as analysis made it.
    ///   - limit: The largest number of terms.
    /// - Returns: Nothing for short terms, figures, codes, and scripts that are not spelt out.
    public func similarTerms(to term: QueryTerm, limit: Int) -> [SimilarTerm] {
        // A misspelt word may be stemmed where the right one is not, so both forms are tried.
        let spellings = Set([term.term, term.spelling]).map(Spelling.init).filter { $0.forgivenSlips > 0 }
        guard !spellings.isEmpty, limit > 0 else { return [] }
        return contents.read { contents in
            var slipsOfNumber: [UInt32: Int] = [:]
            for spelling in spellings {
                contents.dictionary.visitTerms(near: spelling, within: spelling.forgivenSlips) { number, slips in
                    slipsOfNumber[number] = min(slipsOfNumber[number] ?? slips, slips)
                }
            }
            let found = slipsOfNumber.compactMap { number, slips -> SimilarTerm? in
                let text = contents.dictionary.terms[Int(number)]
                let frequency = contents.postings[Int(number)].liveCount
                guard frequency > 0, text != term.term else { return nil }
                return SimilarTerm(term: text, slips: slips, documentFrequency: frequency)
            }
            return Array(
                found.sorted { ($0.slips, $1.documentFrequency, $0.term) < ($1.slips, $0.documentFrequency, $1.term) }
                    .prefix(limit)
            )
        }
    }

    /// What ranking asks about documents beside their scores, in the order of the keys; nil for one that is not there.
    public func outlines(of keys: [UInt64]) -> [DocumentOutline?] {
        contents.read { contents in
            let marks = TextMarks.terms.map { (mark: $0.mark, number: contents.dictionary.number(of: $0.term)) }
            return keys.map { key in
                guard let slot = contents.slot(of: key) else { return nil }
                let before = contents.order.slot(before: slot)
                return DocumentOutline(
                    textLength: contents.lengths[Int(slot)][.text],
                    marks: contents.marks(of: slot, marks),
                    figures: contents.figures(of: slot),
                    before: before == SequenceOrder.none ? nil : contents.keys[Int(before)],
                    isAfterQuestion: before != SequenceOrder.none
                        && contents.marks(of: before, marks).contains(.question)
                )
            }
        }
    }
}

/// What a document is like, beside its words.
public struct DocumentOutline: Sendable, Hashable {
    /// The number of terms of its text.
    public let textLength: Int
    /// The marks of its text.
    public let marks: TextMarks
    /// Stands for the numbers and days of the week in its text: equal for equal ones, 0 where there are none.
    public let figures: UInt64
    /// The document before it in its sequence.
    public let before: UInt64?
    /// Whether something is asked in that one.
    public let isAfterQuestion: Bool
}

/// A term that looks like another.
public struct SimilarTerm: Sendable, Hashable {
    /// The term as the index has it.
    public let term: String
    /// How many letters are missing, added, wrong or swapped.
    public let slips: Int
    /// The number of documents that have it.
    public let documentFrequency: Int
}

extension IndexContents {
    /// These slots and those up to two steps from them that pass the filter, each once.
    func withNeighbours(of slots: [UInt32], where filter: ((UInt64) -> Bool)?) -> [UInt32] {
        var all = slots
        var seen = Set(slots)
        func add(_ slot: UInt32) {
            guard slot != SequenceOrder.none, seen.insert(slot).inserted, filter?(keys[Int(slot)]) ?? true else {
                return
            }
            all.append(slot)
        }
        for slot in slots {
            let (before, after) = (order.slot(before: slot), order.slot(after: slot))
            for near in [before, after, order.slot(before: before), order.slot(after: after)] { add(near) }
        }
        return all
    }

    /// The digest of the figures in the text of a slot.
    fileprivate func figures(of slot: UInt32) -> UInt64 {
        termRange(of: Int(slot)).reduce(0) { digest, index in
            termFrequencies[index][.text] > 0 ? digest ^ dictionary.figures[Int(termNumbers[index])] : digest
        }
    }

    /// The marks of a slot, given the terms' numbers here.
    fileprivate func marks(of slot: UInt32, _ numbers: [(mark: TextMarks, number: UInt32?)]) -> TextMarks {
        var marks: TextMarks = []
        for index in termRange(of: Int(slot)) {
            let number = termNumbers[index]
            for entry in numbers where entry.number == number { marks.insert(entry.mark) }
        }
        return marks
    }
}
