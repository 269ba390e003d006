extension IndexContents {
    /// The statistics of the live documents for the terms of a query.
    func statistics(for query: LexicalQuery) -> TermStatistics {
        var statistics = TermStatistics()
        statistics.documentCount = liveCount
        statistics.fieldTotals = fieldTotals
        for term in query.terms {
            statistics.documentFrequencies[term.term] = postingList(of: term.term)?.liveCount ?? 0
        }
        return statistics
    }

    /// Fails a precondition where postings, documents and counts contradict each other.
    func checkInvariants() {
        precondition(documents.count(where: \.isLive) == liveCount, "keys and live slots differ")
        var totals = [FieldTotal](repeating: FieldTotal(), count: Field.count)
        for (slot, document) in documents.enumerated() where document.isLive {
            precondition(self.slot(of: document.key) == UInt32(slot), "a key does not lead to its slot")
            for field in Field.allCases { totals[field.index].count(document.lengths[field], sign: 1) }
        }
        precondition(totals == fieldTotals, "field totals are wrong")
        for (term, list) in zip(terms, postings) {
            precondition(list.slots.count == list.frequencies.count, "a posting lacks its frequencies")
            precondition(zip(list.slots, list.slots.dropFirst()).allSatisfy(<), "slots are out of order")
            precondition(list.slots.count { documents[Int($0)].isLive } == list.liveCount, "a count is wrong")
            precondition(!list.frequencies.contains(where: \.isEmpty), "a posting has no occurrence")
            precondition(postingList(of: term)?.slots == list.slots, "a term does not lead to its postings")
        }
    }
}
