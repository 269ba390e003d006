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
        precondition(isLive.count(where: \.self) == liveCount, "keys and live slots differ")
        var totals = [FieldTotal](repeating: FieldTotal(), count: Field.count)
        for slot in keys.indices where isLive[slot] {
            precondition(self.slot(of: keys[slot]) == UInt32(slot), "a key does not lead to its slot")
            precondition(shortLengths[slot] == lengths[slot].clamped, "two lengths of one field")
            for field in Field.allCases { totals[field.index].count(lengths[slot][field], sign: 1) }
            for index in termRange(of: slot) {
                let list = postings[Int(termNumbers[index])]
                let position = list.position(of: UInt32(slot), from: 0)
                precondition(list.slots[position] == UInt32(slot), "a document's term has no posting")
                precondition(list.frequencies[position] == termFrequencies[index], "two frequencies of one term")
            }
        }
        precondition(totals == fieldTotals, "field totals are wrong")
        order.checkInvariants()
        for (term, list) in zip(dictionary.terms, postings) {
            precondition(list.slots.count == list.frequencies.count, "a posting lacks its frequencies")
            precondition(zip(list.slots, list.slots.dropFirst()).allSatisfy(<), "slots are out of order")
            precondition(list.slots.count { isLive[Int($0)] } == list.liveCount, "a count is wrong")
            precondition(!list.frequencies.contains(where: \.isEmpty), "a posting has no occurrence")
            precondition(postingList(of: term)?.slots == list.slots, "a term does not lead to its postings")
            for (index, slot) in list.slots.enumerated() {
                let block = list.blocks[index / PostingList.blockSize]
                var highest = block.highest
                highest.raise(to: list.frequencies[index])
                precondition(highest == block.highest, "a block does not bound its frequencies")
                let shortest = pointwiseMin(block.shortest, shortLengths[Int(slot)])
                precondition(shortest == block.shortest, "a block does not bound its lengths")
            }
        }
    }
}
