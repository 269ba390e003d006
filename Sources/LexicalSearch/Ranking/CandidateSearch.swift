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
    private let contents: IndexContents
    private let scorer: FieldScorer
    /// What one occurrence is worth by field and length, so that a posting costs one division.
    private let worths: [Float]
    private let k1: Float
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
        self.contents = copy contents
        self.scorer = scorer
        best = TopMatches(limit: limit)
        worths = scorer.worths
        k1 = scorer.saturationConstant
        for term in query.terms where term.weight > 0 {
            guard let list = contents.postingList(of: term.term), list.liveCount > 0 else { continue }
            let factor = Float(statistics.inverseDocumentFrequency(of: term.term) * term.weight)
            cursors.append(PostingCursor(list: list, factor: factor, bound: factor * bound(of: list.whole)))
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
        /// Up to this slot the blocks have been found worth looking into.
        var horizon: UInt32?
        while true {
            while essential > 0, boundsFrom[essential - 1] <= best.threshold { essential -= 1 }
            guard essential > 0 else { break }
            if essential == 1 {
                runAlone(where: filter)
                break
            }
            var slot = UInt32.max
            for index in 0..<essential { slot = min(slot, cursors[index].slot) }
            guard slot != .max else { break }
            if slot > horizon ?? 0 || horizon == nil {
                let (end, bound) = blockBound(essential)
                if bound + boundsFrom[essential] <= best.threshold {
                    guard end != .max else { break }
                    for index in 0..<essential { cursors[index].seek(end + 1) }
                    continue
                }
                horizon = end
            }
            var sum: Float = 0
            for index in 0..<essential where cursors[index].slot == slot {
                sum += cursors[index].factor * saturation(cursors[index].frequencies, at: slot)
                cursors[index].advance()
            }
            offer(slot, sum, from: essential, where: filter)
        }
        return best.slots
    }

    /// Up to which slot the present blocks of the first cursors reach all together, and what they can give at most.
    private func blockBound(_ essential: Int) -> (end: UInt32, bound: Float) {
        var end = UInt32.max
        var sum: Float = 0
        for cursor in cursors[..<essential] where cursor.slot != .max {
            end = min(end, cursor.lastSlotOfBlock)
            sum += cursor.factor * bound(of: cursor.list.blocks[cursor.block])
        }
        return (end, sum)
    }

    /// Goes on with the first term alone, block by block.
    private mutating func runAlone(where filter: ((UInt64) -> Bool)?) {
        let list = cursors[0].list
        let factor = cursors[0].factor
        let rest = boundsFrom[1]
        var position = cursors[0].position
        while position < list.slots.count {
            let number = position / PostingList.blockSize
            let end = min(list.slots.count, (number + 1) * PostingList.blockSize)
            if factor * bound(of: list.blocks[number]) + rest <= best.threshold {
                position = end
                continue
            }
            while position < end {
                let slot = list.slots[position]
                let score = factor * saturation(list.frequencies[position], at: slot)
                if score + rest > best.threshold { offer(slot, score, from: 1, where: filter) }
                position += 1
            }
            // The first term itself may have become one that cannot bring up documents any more.
            if boundsFrom[0] <= best.threshold { return }
        }
    }

    /// Adds what the terms from `first` on give to a document, and keeps it where it is among the best.
    private mutating func offer(_ slot: UInt32, _ sum: Float, from first: Int, where filter: ((UInt64) -> Bool)?) {
        guard contents.isLive[Int(slot)], sum + boundsFrom[first] > best.threshold else { return }
        guard filter?(contents.keys[Int(slot)]) ?? true else { return }
        var sum = sum
        for index in first..<max(first, cursors.count) {
            guard sum + boundsFrom[index] > best.threshold else { return }
            cursors[index].seek(slot)
            if cursors[index].slot == slot {
                sum += cursors[index].factor * saturation(cursors[index].frequencies, at: slot)
            }
        }
        if sum > best.threshold { best.offer(slot: slot, score: sum) }
    }

    /// The most that saturated frequencies can be in the documents of a block.
    private func bound(of block: PostingList.Block) -> Float {
        saturation(block.highest, lengths: block.shortest)
    }

    private func saturation(_ frequencies: FieldFrequencies, at slot: UInt32) -> Float {
        let lengths = contents.shortLengths[Int(slot)]
        guard lengths.max() < .max else {
            return Float(scorer.saturation(frequencies, lengths: contents.lengths[Int(slot)]))
        }
        return saturation(frequencies, lengths: lengths)
    }

    private func saturation(_ frequencies: FieldFrequencies, lengths: SIMD4<UInt8>) -> Float {
        var sum = Float(frequencies[.text]) * worths[Int(lengths[0])]
        if !frequencies.isTextOnly {
            sum += Float(frequencies[.author]) * worths[256 + Int(lengths[1])]
            sum += Float(frequencies[.date]) * worths[512 + Int(lengths[2])]
            sum += Float(frequencies[.tags]) * worths[768 + Int(lengths[3])]
        }
        return sum > 0 ? sum / (sum + k1) : 0
    }
}
