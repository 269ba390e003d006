/// How often a term occurs in each field of one document, in 32 bits.
///
/// Each field has a maximum (`text` 1,023, `author`, `date` and `tags` 15, `adjacent` and `nearby` 31); more is counted as the maximum,
/// where BM25F's saturation makes no difference any more.
public struct FieldFrequencies: Sendable, Hashable {
    var bits: UInt32

    /// No occurrence in any field.
    public init() { bits = 0 }

    init(bits: UInt32) { self.bits = bits }

    /// Whether the term occurs nowhere.
    public var isEmpty: Bool { bits == 0 }

    /// The number of occurrences in a field; values beyond the field's range are set to the nearest in range.
    public subscript(field: Field) -> Int {
        get { Int(bits >> Self.shifts[field.index] & Self.maxima[field.index]) }
        set {
            let shift = Self.shifts[field.index]
            let value = UInt32(min(max(newValue, 0), Int(Self.maxima[field.index])))
            bits = bits & ~(Self.maxima[field.index] << shift) | value << shift
        }
    }

    /// Makes each field's number at least that of `other`.
    mutating func raise(to other: FieldFrequencies) {
        if isTextOnly, other.isTextOnly {
            bits = max(bits, other.bits)
        } else {
            for field in Field.allCases { self[field] = max(self[field], other[field]) }
        }
    }

    /// The frequencies in the fields that a document has itself.
    var own: FieldFrequencies { FieldFrequencies(bits: bits & (1 << Self.shifts[Field.adjacent.index] - 1)) }

    /// Whether the term occurs in the text and in no other field.
    var isTextOnly: Bool { bits < 1 << 10 }

    private static let shifts: [UInt32] = [0, 10, 14, 18, 22, 27]
    private static let maxima: [UInt32] = [1023, 15, 15, 15, 31, 31]
}

/// The number of terms in each field of one document; at most 65,535 each.
public struct FieldLengths: Sendable, Hashable {
    private var lanes = SIMD8<UInt16>()

    /// All fields empty.
    public init() {}

    /// The length of a field; values beyond 0 to 65,535 are set to the nearest in range.
    public subscript(field: Field) -> Int {
        get { Int(lanes[field.index]) }
        set { lanes[field.index] = UInt16(clamping: newValue) }
    }

    /// The lengths of the fields that a document has itself, as far as bytes hold them.
    var clamped: SIMD4<UInt8> {
        SIMD4(truncatingIfNeeded: lanes.lowHalf.clamped(lowerBound: SIMD4(), upperBound: SIMD4(repeating: 255)))
    }
}
