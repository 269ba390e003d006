/// What a posting is worth in single precision, to choose candidates by.
///
/// Apart from the search that uses it, so that a search which changes itself can hold on to it: taken out of the search on each
/// posting, its arrays would be retained and released on each.
struct PostingMeasure {
    private let scorer: FieldScorer
    private let lengths: [FieldLengths]
    private let shortLengths: [SIMD4<UInt8>]
    /// What one occurrence is worth by field and length, so that a posting costs one division.
    private let worths: [Float]
    private let k1: Float

    init(contents: borrowing IndexContents, scorer: FieldScorer) {
        self.scorer = scorer
        lengths = contents.lengths
        shortLengths = contents.shortLengths
        worths = scorer.worths
        k1 = scorer.saturationConstant
    }

    /// The most that saturated frequencies can be in the documents of a block.
    func bound(of block: PostingList.Block) -> Float {
        saturation(block.highest, lengths: block.shortest)
    }

    /// The saturated frequencies of a document.
    func saturation(_ frequencies: FieldFrequencies, at slot: UInt32) -> Float {
        let short = shortLengths[Int(slot)]
        guard short.max() < .max else {
            return Float(scorer.saturation(frequencies, lengths: lengths[Int(slot)]))
        }
        return saturation(frequencies, lengths: short)
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
