/// Scores single documents for a query, their neighbours' words included.
struct DocumentScorer {
    /// A query term as this index has it.
    private struct Term {
        let text: String
        /// Rarity times query weight.
        let factor: Double
    }

    /// Where the frequencies of a document and of those around it stand, and the lengths of the latter.
    private struct Rows {
        let own: Int
        let adjacent: (Int, Int)
        let nearby: (Int, Int)
        let adjacentLength: Int
        let nearbyLength: Int
    }

    private let contents: IndexContents
    private let scorer: FieldScorer
    private var terms: [Term] = []
    private var places: TermPlaces
    /// By slot: where its frequencies begin in `frequencies`, one for each term.
    private var rows: [UInt32: Int] = [:]
    /// The first row is that of no document.
    private var frequencies: [FieldFrequencies]

    init(contents: borrowing IndexContents, query: LexicalQuery, statistics: TermStatistics, scorer: FieldScorer) {
        self.contents = copy contents
        self.scorer = scorer
        places = TermPlaces(count: query.terms.count)
        for term in query.terms where term.weight > 0 {
            guard let number = contents.dictionary.number(of: term.term) else { continue }
            places.insert(number, at: terms.count)
            let factor = statistics.inverseDocumentFrequency(of: term.term) * term.weight
            terms.append(Term(text: term.term, factor: factor))
        }
        frequencies = [FieldFrequencies](repeating: FieldFrequencies(), count: terms.count)
    }

    /// The score of a document; 0 where it has none of the terms, nor those around it.
    mutating func score(_ slot: UInt32) -> Double {
        let rows = allRows(of: slot)
        let lengths = contents.lengths[Int(slot)]
        var sum = 0.0
        // Added up in the query's order, so that equal documents score equally to the last bit.
        for index in terms.indices {
            sum += terms[index].factor * saturation(counted(index, rows), rows, lengths)
        }
        return sum
    }

    /// What each term gives to a document, in the query's order.
    mutating func contributions(to slot: UInt32) -> [TermContribution] {
        let rows = allRows(of: slot)
        let lengths = contents.lengths[Int(slot)]
        return terms.enumerated().compactMap { index, term in
            let counted = counted(index, rows)
            let score = term.factor * saturation(counted, rows, lengths)
            return score > 0 ? TermContribution(term: term.text, score: score, frequencies: counted) : nil
        }
    }

    private func saturation(_ counted: FieldFrequencies, _ rows: Rows, _ lengths: FieldLengths) -> Double {
        guard !counted.isEmpty else { return 0 }
        return scorer.saturation(
            counted,
            lengths: lengths,
            adjacentLength: rows.adjacentLength,
            nearbyLength: rows.nearbyLength
        )
    }

    private func counted(_ index: Int, _ rows: Rows) -> FieldFrequencies {
        var counted = frequencies[rows.own + index]
        guard scorer.looksAround else { return counted }
        let adjacent = frequencies[rows.adjacent.0 + index][.text] + frequencies[rows.adjacent.1 + index][.text]
        if adjacent > 0 { counted[.adjacent] = adjacent }
        let nearby = frequencies[rows.nearby.0 + index][.text] + frequencies[rows.nearby.1 + index][.text]
        if nearby > 0 { counted[.nearby] = nearby }
        return counted
    }

    private mutating func allRows(of slot: UInt32) -> Rows {
        let own = row(of: slot)
        guard scorer.looksAround else {
            return Rows(own: own, adjacent: (0, 0), nearby: (0, 0), adjacentLength: 0, nearbyLength: 0)
        }
        let order = contents.order
        let (before, after) = (order.slot(before: slot), order.slot(after: slot))
        let (further, later) = (order.slot(before: before), order.slot(after: after))
        return Rows(
            own: own,
            adjacent: (row(of: before), row(of: after)),
            nearby: (row(of: further), row(of: later)),
            adjacentLength: textLength(of: before) + textLength(of: after),
            nearbyLength: textLength(of: further) + textLength(of: later)
        )
    }

    private func textLength(of slot: UInt32) -> Int {
        slot == SequenceOrder.none ? 0 : contents.lengths[Int(slot)][.text]
    }

    /// The row of a document's frequencies, made where it is not there yet.
    private mutating func row(of slot: UInt32) -> Int {
        guard slot != SequenceOrder.none else { return 0 }
        if let row = rows[slot] { return row }
        var row = 0
        for index in contents.termRange(of: Int(slot)) {
            let place = places.place(of: contents.termNumbers[index])
            guard place >= 0 else { continue }
            if row == 0 {
                row = frequencies.count
                frequencies += repeatElement(FieldFrequencies(), count: terms.count)
            }
            frequencies[row + place] = contents.termFrequencies[index]
        }
        rows[slot] = row
        return row
    }
}
