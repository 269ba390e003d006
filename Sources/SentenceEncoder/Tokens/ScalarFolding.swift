internal import Foundation

/// What the tokenizer makes of one Unicode scalar, before it looks at words.
///
/// The rules are those of the reference (the BERT normaliser and pre-tokenizer of huggingface/tokenizers): control
/// characters go, white space parts words, ideographs and punctuation stand alone, and what remains is decomposed
/// (NFD), freed of nonspacing marks and put in lower case. Case by case the result depends on one scalar only, so it is
/// computed once for the first 12,544 scalars, in which all alphabets of the vocabulary lie.
package struct ScalarFolding: Sendable {
    /// One scalar of a folded text.
    package struct Folded: Sendable, Equatable {
        package let scalar: Unicode.Scalar
        /// Whether it is punctuation and so a word of its own.
        package let standsAlone: Bool
    }

    /// What becomes of a scalar.
    package enum Outcome: Sendable, Equatable {
        case removed
        case space
        /// Part of a word, as nothing or as one or more scalars.
        case letters([Folded])
        /// A word of its own.
        case ideograph([Folded])
    }

    private let common: [Outcome]

    package init() {
        common = (0..<0x3100).map { Self.compute(Unicode.Scalar($0) ?? "\0") }
    }

    /// What becomes of `scalar`.
    package func callAsFunction(_ scalar: Unicode.Scalar) -> Outcome {
        let value = Int(scalar.value)
        return value < common.count ? common[value] : Self.compute(scalar)
    }

    /// The same without the table.
    package static func compute(_ scalar: Unicode.Scalar) -> Outcome {
        if scalar == "\t" || scalar == "\n" || scalar == "\r" { return .space }
        let category = ReferenceUnicode.category(of: scalar)
        switch category {
        case .control, .format, .privateUse: return .removed
        default: break
        }
        if scalar == "\u{FFFD}" { return .removed }
        if scalar.properties.isWhitespace { return .space }
        var folded: [Folded] = []
        for part in decomposition(of: scalar) where ReferenceUnicode.category(of: part) != .nonspacingMark {
            for lower in part.properties.lowercaseMapping.unicodeScalars {
                folded.append(Folded(scalar: lower, standsAlone: ReferenceUnicode.isPunctuation(lower)))
            }
        }
        return isIdeograph(scalar) ? .ideograph(folded) : .letters(folded)
    }

    private static func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        guard scalar.value >= 0xC0, !hasNoDecomposition(scalar) else { return [scalar] }
        return Array(String(Character(scalar)).decomposedStringWithCanonicalMapping.unicodeScalars)
    }

    /// Spares a call for unified ideographs, and for what the reference's version of Unicode does not know.
    private static func hasNoDecomposition(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3400...0x9FFF, 0x20000...0x2F7FF: true
        default: !ReferenceUnicode.knows(scalar)
        }
    }

    /// The blocks of ideographs that the reference sets apart (it begins extension E at 2B920, not 2B820).
    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}

/// Unicode as the reference knows it: version 8, whatever the version of Swift's own tables.
///
/// Scalars that came later are unassigned to it, hence plain letters; and it keeps the categories of the few that
/// later versions moved.
package enum ReferenceUnicode {
    /// Whether version 8 has the scalar.
    package static func knows(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII || (scalar.properties.age?.major ?? .max) <= 8
    }

    /// The general category in version 8.
    package static func category(of scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
        guard knows(scalar) else { return .unassigned }
        switch scalar.value {
        case 0x1734, 0x1171E: return .nonspacingMark
        case 0xA9BD: return .spacingMark
        case 0x1885, 0x1886: return .otherLetter
        case 0x166D, 0x111C9: return .otherPunctuation
        default: return scalar.properties.generalCategory
        }
    }

    /// Whether the scalar is punctuation: by its category, or an ASCII symbol.
    package static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch category(of: scalar) {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default:
            scalar.isASCII && isASCIISymbol(UInt8(truncatingIfNeeded: scalar.value))
        }
    }

    private static func isASCIISymbol(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
