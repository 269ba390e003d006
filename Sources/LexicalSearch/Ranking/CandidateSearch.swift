/// Finds the documents whose own fields score best for a query, passing over what cannot become one of them.
///
/// MaxScore (Turtle and Flood 1995) with block bounds (Ding and Suel 2011). Terms stand in falling order of the most they
/// can give. As soon as the best `limit` scores so far are above what the last terms can give together, those terms no
/// longer bring up documents of their own and are only looked up. Where one term is left that brings up documents, whole
/// blocks of its postings are passed over by what bounds them.
///
/// Scores are single-precision and serve to choose; `DocumentScorer` has the exact ones. Of more equal documents than there is
/// room for, those come in that were inserted first.
struct CandidateSearch {
    private let keys: [UInt64]
    private let isLive: [Bool]
    private let measure: PostingMeasure
    /// In falling order of bound.
    private var cursors: [PostingCursor] = []
    /// For each cursor, what it and all after it can give together.
    private var boundsFrom: [Float] = []
    private var best: TopMatches

    init(
        contents: borrowing IndexContents,
        query: LexicalQuery,
        statistics: TermStatistics,
        scorer: FieldScorer,
        limit: Int
    ) {
        keys = contents.keys
        isLive = contents.isLive
        let measure = PostingMeasure(contents: contents, scorer: scorer)
        self.measure = measure
        best = TopMatches(limit: limit)
        for term in query.terms where term.weight > 0 {
            guard let list = contents.postingList(of: term.term), list.liveCount > 0 else { continue }
            let factor = Float(statistics.inverseDocumentFrequency(of: term.term) * term.weight)
            cursors.append(PostingCursor(list: list, factor: factor, bound: factor * measure.bound(of: list.whole)))
        }
        cursors.removeAll { $0.bound <= 0 }
        cursors.sort { $0.bound > $1.bound }
        boundsFrom = [Float](repeating: 0, count: cursors.count + 1)
        for index in cursors.indices.reversed() {
            boundsFrom[index] = boundsFrom[index + 1] + cursors[index].bound
        }
    }

    /// The slots of the best documents that pass the filter, in no order.
    mutating func run(where filter: ((UInt64) -> Bool)?) -> [UInt32] {
        /// Cursors before this one bring up documents.
        var essential = cursors.count
        let measure = measure
        /// Up to this slot the blocks have been found worth looking into.
        var horizon: UInt32?
        while true {
            while essential > 0, boundsFrom[essential - 1] <= best.threshold { essential -= 1 }
            guard essential > 0 else { break }
            if essential == 1 {
                runAlone(measure, where: filter)
                break
            }
            var slot = UInt32.max
            for index in 0..<essential { slot = min(slot, cursors[index].slot) }
            guard slot != .max else { break }
            if slot > horizon ?? 0 || horizon == nil {
                let (end, bound) = blockBound(essential, measure)
                if bound + boundsFrom[essential] <= best.threshold {
                    guard end != .max else { break }
                    for index in 0..<essential { cursors[index].seek(end + 1) }
                    continue
                }
                horizon = end
            }
            var sum: Float = 0
            for index in 0..<essential where cursors[index].slot == slot {
                sum += cursors[index].factor * measure.saturation(cursors[index].frequencies, at: slot)
                cursors[index].advance()
            }
            offer(slot, sum, measure, from: essential, where: filter)
        }
        return best.slots
    }

    /// Up to which slot the present blocks of the first cursors reach all together, and what they can give at most.
    private func blockBound(_ essential: Int, _ measure: PostingMeasure) -> (end: UInt32, bound: Float) {
        var end = UInt32.max
        var sum: Float = 0
        for index in 0..<essential where cursors[index].slot != .max {
            end = min(end, cursors[index].lastSlotOfBlock)
            sum += cursors[index].factor * measure.bound(of: cursors[index].list.blocks[cursors[index].block])
        }
        return (end, sum)
    }

    /// Goes on with the first term alone, block by block.
    private mutating func runAlone(_ measure: PostingMeasure, where filter: ((UInt64) -> Bool)?) {
        let list = cursors[0].list
        let factor = cursors[0].factor
        let rest = boundsFrom[1]
        var position = cursors[0].position
        while position < list.slots.count {
            let number = position / PostingList.blockSize
            let end = min(list.slots.count, (number + 1) * PostingList.blockSize)
            if factor * measure.bound(of: list.blocks[number]) + rest <= best.threshold {
                position = end
                continue
            }
            while position < end {
                let slot = list.slots[position]
                let score = factor * measure.saturation(list.frequencies[position], at: slot)
                if score + rest > best.threshold { offer(slot, score, measure, from: 1, where: filter) }
                position += 1
            }
            // The first term itself may have become one that cannot bring up documents any more.
            if boundsFrom[0] <= best.threshold { return }
        }
    }

    /// Adds what the terms from `first` on give to a document, and keeps it where it is among the best.
    private mutating func offer(
        _ slot: UInt32,
        _ sum: Float,
        _ measure: PostingMeasure,
        from first: Int,
        where filter: ((UInt64) -> Bool)?
    ) {
        guard isLive[Int(slot)], sum + boundsFrom[first] > best.threshold else { return }
        guard filter?(keys[Int(slot)]) ?? true else { return }
        var sum = sum
        for index in first..<max(first, cursors.count) {
            guard sum + boundsFrom[index] > best.threshold else { return }
            cursors[index].seek(slot)
            if cursors[index].slot == slot {
                sum += cursors[index].factor * measure.saturation(cursors[index].frequencies, at: slot)
            }
        }
        if sum > best.threshold { best.offer(slot: slot, score: sum) }
    }
}
