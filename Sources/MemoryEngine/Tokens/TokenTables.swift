/// What bounds the tokens of one of OpenAI's tokenizers from above, without its megabytes of vocabulary.
///
/// The tokenizer cuts a text into pieces by a pattern and merges the bytes of each piece as long as two neighbours
/// together are a token. Hence no two neighbours that are left make a token, which bounds a piece of ASCII from above:
/// of its bytes, two may stand alone side by side only where the pair is no token. Cutting finer than the pattern does
/// only raises the bound. On top of that, these are known exactly:
/// - thousands of common words are one token bare, after a space and capitalised, two after one other mark, and one more
///   with a contraction behind;
/// - up to three digits are one token; so are up to 79 spaces, and up to 8 line feeds after up to 32 spaces are three.
///
/// Beyond ASCII a scalar counts what it takes alone, a run of two-byte scalars one more, since a token may straddle two
/// of them. data/golden/tokens holds the counts of the reference that tests hold this against.
struct TokenTables: Sendable {
    private static let spacesOfOneToken = 79
    private static let lineFeedsOfOneToken = 8

    /// Whether the pattern cuts words where capitals follow small letters.
    let cutsAtCase: Bool
    private let words: Set<UInt64>
    private let pairs: [(low: UInt64, high: UInt32)]
    /// A bit for each scalar of two bytes that is one token.
    private let single: [UInt64]
    /// The most tokens of one scalar, two bits for each block of 64.
    private let blocks: [UInt64]

    /// `o200k_base`.
    static let o200k = TokenTables(
        cutsAtCase: true,
        words: packed(O200kWords.list),
        pairs: O200kPairs.rows,
        single: O200kScalars.single,
        blocks: O200kScalars.blocks
    )

    /// `cl100k_base`.
    static let cl100k = TokenTables(
        cutsAtCase: false,
        words: packed(Cl100kWords.list),
        pairs: Cl100kPairs.rows,
        single: Cl100kScalars.single,
        blocks: Cl100kScalars.blocks
    )

    /// The bound for a text.
    func count(_ text: String) -> Int {
        var scanner = PieceScanner(text, tables: self)
        return scanner.count()
    }

    private static func packed(_ list: String) -> Set<UInt64> {
        Set(list.split(whereSeparator: \.isWhitespace).compactMap { pack($0.utf8) })
    }

    /// A lower-case word of up to twelve letters in 60 bits; nil for anything else.
    static func pack(_ letters: some Sequence<UInt8>) -> UInt64? {
        var packed: UInt64 = 0
        var count = 0
        for letter in letters {
            let lower = letter | 0x20
            guard lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "z"), count < 12 else { return nil }
            packed = packed << 5 | UInt64(lower - 0x60)
            count += 1
        }
        return count == 0 ? nil : packed
    }

    /// Whether a word is one of the common ones.
    func isCommon(_ packed: UInt64) -> Bool { words.contains(packed) }

    /// The most tokens of a run of white space: `spaces` blanks and then `lineFeeds` line ends.
    func whiteSpace(spaces: Int, lineFeeds: Int) -> Int {
        var tokens = 0
        if spaces > 0 { tokens += (spaces + Self.spacesOfOneToken - 1) / Self.spacesOfOneToken }
        if lineFeeds > 0 { tokens += (lineFeeds + Self.lineFeedsOfOneToken - 1) / Self.lineFeedsOfOneToken }
        return spaces > 0 && lineFeeds > 0 ? tokens + 1 : tokens
    }

    /// Whether two ASCII bytes side by side are a token.
    func isPair(_ first: UInt8, _ second: UInt8) -> Bool {
        guard let row = Self.symbol(first), let column = Self.symbol(second) else { return false }
        let bits = pairs[row]
        return column < 64 ? bits.low >> UInt64(column) & 1 == 1 : bits.high >> UInt32(column - 64) & 1 == 1
    }

    /// The tokens that a scalar beyond ASCII takes.
    func tokens(of scalar: UInt32) -> Int {
        switch scalar {
        case ..<0x800:
            let place = Int(scalar - 0x80)
            return single[place / 64] >> UInt64(place % 64) & 1 == 1 ? 1 : 2
        case ..<0x1_0000:
            let block = Int(scalar / 64)
            return Int(blocks[block / 32] >> UInt64(block % 32 * 2) & 3)
        default:
            return 4
        }
    }

    private static func symbol(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x0A: 0
        case 0x20...0x7E: Int(byte) - 0x1F
        default: nil
        }
    }
}
