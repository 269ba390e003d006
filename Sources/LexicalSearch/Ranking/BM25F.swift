/// The parameters of BM25F (Zaragoza, Craswell, Taylor, Saria, Robertson: TREC 2004).
///
/// Each field's frequency is divided by `1 − b + b · length / average length`, weighed and summed; the sum saturates once, as
/// `tf / (k1 + tf)`, and is multiplied by the term's rarity. A document's neighbours in its sequence count as fields of its own.
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

    /// Whether neighbours count.
    var looksAround: Bool { self[.adjacent] > 0 || self[.nearby] > 0 }
}
