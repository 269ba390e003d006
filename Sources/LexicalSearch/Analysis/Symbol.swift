/// What a scalar is to word segmentation.
enum SymbolKind: UInt8 {
    case separator
    case lower
    case upper
    case digit
    /// A combining mark: belongs to what stands before it.
    case mark
    /// Joins two word parts when it stands directly between them: `_ - . / \ : @ # & , '`.
    case joiner
    /// Han and kana, which are written without spaces.
    case han
    case kana
    case hangul
    /// Thai, Lao, Myanmar and Khmer.
    case unspaced
    /// Invisible inside a word: soft hyphen, zero-width joiners.
    case ignored

    var isWord: Bool { self == .lower || self == .upper || self == .digit || self == .mark }
    var isLetter: Bool { self == .lower || self == .upper }
    var isUnspaced: Bool { self == .han || self == .kana || self == .hangul || self == .unspaced }

    /// Whether a run of scripts without spaces goes on from `self` to `next`.
    func continues(into next: SymbolKind) -> Bool {
        if next == .mark || next == self { return true }
        return (self == .han || self == .kana) && (next == .han || next == .kana)
    }
}

/// One normalised scalar of the text with its place in the UTF-8.
struct Symbol {
    var scalar: UInt32
    /// The offset of its first byte; it ends where the next symbol begins.
    var offset: Int32
    var kind: SymbolKind
}

/// Decodes a text into symbols: full-width forms, hyphens and apostrophes made plain, combining marks composed.
struct SymbolReader {
    /// The symbols, closed by one separator whose offset is the length of the text.
    private(set) var symbols: [Symbol] = []

    init(_ text: String) {
        symbols.reserveCapacity(text.utf8.count + 1)
        var offset: Int32 = 0
        for scalar in text.unicodeScalars {
            append(scalar, at: offset)
            offset += Int32(UTF8.width(scalar))
        }
        symbols.append(Symbol(scalar: 0x20, offset: offset, kind: .separator))
    }

    private mutating func append(_ scalar: Unicode.Scalar, at offset: Int32) {
        if scalar.value < 0x80 {
            symbols.append(
                Symbol(scalar: scalar.value, offset: offset, kind: asciiKinds[Int(scalar.value)])
            )
            return
        }
        let plain = Self.plainForm(of: scalar.value)
        if plain < 0x80 {
            symbols.append(Symbol(scalar: plain, offset: offset, kind: asciiKinds[Int(plain)]))
            return
        }
        let kind = Self.kind(of: scalar)
        switch kind {
        case .ignored:
            return
        case .mark:
            guard let last = symbols.last, last.kind.isWord else { break }
            if let composed = LetterFolding.shared.compose(base: last.scalar, mark: plain) {
                symbols[symbols.count - 1].scalar = composed
                return
            }
        default:
            break
        }
        symbols.append(Symbol(scalar: plain, offset: offset, kind: kind))
    }

    /// Full-width ASCII, typographic hyphens and apostrophes in their plain form; everything else as it is.
    private static func plainForm(of scalar: UInt32) -> UInt32 {
        switch scalar {
        case 0xFF01...0xFF5E: scalar - 0xFEE0
        case 0x2010, 0x2011: 0x2D
        case 0x2019, 0x02BC: 0x27
        default: scalar
        }
    }

    private static func kind(of scalar: Unicode.Scalar) -> SymbolKind {
        if let kind = unspacedKind(of: scalar) { return kind }
        switch scalar.value {
        case 0xAD, 0x200C, 0x200D, 0x2060, 0xFE00...0xFE0F, 0xFEFF: return .ignored
        default: break
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter: return .upper
        case .lowercaseLetter, .modifierLetter, .otherLetter: return .lower
        case .decimalNumber, .letterNumber, .otherNumber: return .digit
        case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
        default: return .separator
        }
    }

    private static func unspacedKind(of scalar: Unicode.Scalar) -> SymbolKind? {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x3005...0x3007, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            return .han
        case 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D:
            return .kana
        case 0xAC00...0xD7A3:
            return .hangul
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF:
            switch scalar.properties.generalCategory {
            case .otherLetter, .modifierLetter: return .unspaced
            // A spacing vowel is written after its consonant but belongs to no cluster of its own.
            case .nonspacingMark, .spacingMark: return .mark
            default: return nil
            }
        default:
            return nil
        }
    }
}

/// The kinds of the ASCII characters.
private let asciiKinds: [SymbolKind] = (0..<128).map { value in
    switch UInt8(value) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): return .lower
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): return .upper
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return .digit
    default: return Array("_-./\\:@#&,'".utf8).contains(UInt8(value)) ? .joiner : .separator
    }
}
