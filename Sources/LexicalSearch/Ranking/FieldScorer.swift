/// BM25F with the averages of one query filled in.
struct FieldScorer {
    private struct Part {
        let field: Field
        let weight: Double
        /// The length divisor is `constant + slope · length`.
        let slope: Double
    }

    private let k1: Double
    private let constant: Double
    /// The fields that a document has itself; the text comes first.
    private let own: [Part]
    private let adjacent: Part
    private let nearby: Part
    let looksAround: Bool

    init(parameters: BM25F, statistics: TermStatistics) {
        k1 = parameters.k1
        constant = 1 - parameters.b
        looksAround = parameters.looksAround
        func part(_ field: Field, average: Double) -> Part {
            Part(field: field, weight: parameters[field], slope: average > 0 ? parameters.b / average : 0)
        }
        own = Field.own.map { part($0, average: statistics.averageLength(of: $0)) }
        // Two neighbours on each step of the way, each of them a text.
        let around = 2 * statistics.averageLength(of: .text)
        adjacent = part(.adjacent, average: around)
        nearby = part(.nearby, average: around)
    }

    /// The saturated frequency in a document's own fields, in 0 ..< 1.
    func saturation(_ frequencies: FieldFrequencies, lengths: FieldLengths) -> Double {
        saturated(ownSum(frequencies, lengths: lengths))
    }

    /// The saturated frequency in a document's own fields and around it, in 0 ..< 1.
    func saturation(
        _ frequencies: FieldFrequencies,
        lengths: FieldLengths,
        adjacentLength: Int,
        nearbyLength: Int
    ) -> Double {
        saturated(
            ownSum(frequencies, lengths: lengths)
                + weigh(adjacent, frequencies[.adjacent], length: adjacentLength)
                + weigh(nearby, frequencies[.nearby], length: nearbyLength)
        )
    }

    /// What one occurrence in an own field is worth for each length that a byte holds, field after field.
    var worths: [Float] {
        own.flatMap { part in (0..<256).map { Float(part.weight / (constant + part.slope * Double($0))) } }
    }

    /// How fast further occurrences stop to count.
    var saturationConstant: Float { Float(k1) }

    private func saturated(_ sum: Double) -> Double { sum > 0 ? sum / (k1 + sum) : 0 }

    private func ownSum(_ frequencies: FieldFrequencies, lengths: FieldLengths) -> Double {
        var sum = weigh(own[0], frequencies[.text], length: lengths[.text])
        if !frequencies.isTextOnly {
            for part in own.dropFirst() {
                sum += weigh(part, frequencies[part.field], length: lengths[part.field])
            }
        }
        return sum
    }

    private func weigh(_ part: Part, _ frequency: Int, length: Int) -> Double {
        frequency == 0 ? 0 : part.weight * Double(frequency) / (constant + part.slope * Double(length))
    }
}
