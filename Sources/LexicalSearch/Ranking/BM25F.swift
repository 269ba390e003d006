/// The parameters of BM25F (Zaragoza, Craswell, Taylor, Saria, Robertson: TREC 2004).
///
/// Each field's frequency is divided by `1 − b + b · length / average length`, weighed and summed; the sum saturates once, as
/// `tf / (k1 + tf)`, and is multiplied by the term's rarity.
public struct BM25F: Sendable, Equatable {
    /// How fast further occurrences stop to count.
    public var k1: Double
    /// How far long fields are marked down: 0 not at all, 1 in full.
    public var b: Double
    /// What an occurrence in each field is worth, by `Field.rawValue`.
    private var weights: [Double]

    /// The parameters measured as good for short texts; see the retrieval notes.
    public init(k1: Double = 0.9, b: Double = 0.4) {
        self.k1 = k1
        self.b = b
        weights = [1, 1, 1, 1, 0.3, 0.2]
    }

    /// What an occurrence in a field is worth; 0 takes the field out.
    public subscript(field: Field) -> Double {
        get { weights[field.index] }
        set { weights[field.index] = newValue }
    }
}

/// BM25F with the averages of one query filled in.
struct FieldScorer {
    private let k1: Double
    /// Per field: the weight, and the two terms of the length divisor `constant + slope · length`.
    private let fields: [(field: Field, weight: Double, slope: Double)]
    private let constant: Double

    init(parameters: BM25F, statistics: TermStatistics) {
        k1 = parameters.k1
        constant = 1 - parameters.b
        fields = Field.allCases.map { field in
            let average = statistics.averageLength(of: field)
            return (field, parameters[field], average > 0 ? parameters.b / average : 0)
        }
    }

    /// The saturated frequency, in 0 ..< 1.
    func saturation(_ frequencies: FieldFrequencies, lengths: FieldLengths) -> Double {
        var sum = 0.0
        if frequencies.isTextOnly {
            sum = weigh(fields[0], frequencies, lengths)
        } else {
            for field in fields where frequencies[field.field] > 0 {
                sum += weigh(field, frequencies, lengths)
            }
        }
        return sum > 0 ? sum / (k1 + sum) : 0
    }

    /// The most that a posting list's saturated frequencies can be, in documents of any length.
    func saturationBound(_ highest: FieldFrequencies) -> Double {
        saturation(highest, lengths: FieldLengths())
    }

    private func weigh(
        _ entry: (field: Field, weight: Double, slope: Double),
        _ frequencies: FieldFrequencies,
        _ lengths: FieldLengths
    ) -> Double {
        entry.weight * Double(frequencies[entry.field]) / (constant + entry.slope * Double(lengths[entry.field]))
    }
}
