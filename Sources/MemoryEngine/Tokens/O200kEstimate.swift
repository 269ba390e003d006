/// A bound from above on the tokens of `o200k_base`, without its two megabytes of vocabulary.
///
/// The tokenizer cuts a text into pieces by a pattern and merges the bytes of each piece as long as two neighbours
/// together are a token. Hence no two neighbours that are left make a token, which bounds a piece of ASCII from above:
/// of its bytes, two may stand alone side by side only where the pair is no token (`O200kPairs`). Cutting finer than the
/// pattern does only raises the bound. On top of that, these are known exactly:
/// - some 4,600 common words are one token bare, after a space and capitalised, two after one other mark, and one more
///   with a contraction behind (`O200kWords`);
/// - up to three digits are one token; so are up to 79 spaces, and up to 8 line feeds after up to 32 spaces are three.
///
/// Beyond ASCII a scalar counts what it takes alone (`O200kScalars`), a run of two-byte scalars one more, since a token
/// may straddle two of them. data/golden/tokens holds the counts of the reference that tests hold this against.
enum O200kEstimate {
    private static let words = Set(O200kWords.list.split(whereSeparator: \.isWhitespace).compactMap { pack($0.utf8) })
    private static let spacesOfOneToken = 79
    private static let lineFeedsOfOneToken = 8

    /// The bound for a text.
    static func count(_ text: String) -> Int {
        var scanner = PieceScanner(text)
        return scanner.count()
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
    static func isCommon(_ packed: UInt64) -> Bool { words.contains(packed) }

    /// The most tokens of a run of white space: `spaces` blanks and then `lineFeeds` line ends.
    static func whiteSpace(spaces: Int, lineFeeds: Int) -> Int {
        var tokens = 0
        if spaces > 0 { tokens += (spaces + spacesOfOneToken - 1) / spacesOfOneToken }
        if lineFeeds > 0 { tokens += (lineFeeds + lineFeedsOfOneToken - 1) / lineFeedsOfOneToken }
        return spaces > 0 && lineFeeds > 0 ? tokens + 1 : tokens
    }

    /// Whether two ASCII bytes side by side are a token.
    static func isPair(_ first: UInt8, _ second: UInt8) -> Bool {
        guard let row = symbol(first), let column = symbol(second) else { return false }
        let bits = O200kPairs.rows[row]
        return column < 64 ? bits.low >> UInt64(column) & 1 == 1 : bits.high >> UInt32(column - 64) & 1 == 1
    }

    /// The tokens that a scalar beyond ASCII takes.
    static func tokens(of scalar: UInt32) -> Int {
        switch scalar {
        case ..<0x800:
            let place = Int(scalar - 0x80)
            return O200kScalars.single[place / 64] >> UInt64(place % 64) & 1 == 1 ? 1 : 2
        case ..<0x1_0000:
            let block = Int(scalar / 64)
            return Int(O200kScalars.blocks[block / 32] >> UInt64(block % 32 * 2) & 3)
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
