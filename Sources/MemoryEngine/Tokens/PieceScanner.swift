/// Walks over a text once and adds up the bounds of its pieces.
struct PieceScanner {
    /// The most tokens of a run of ASCII bytes so far: with its last byte alone, and as the end of a longer token.
    private struct Bound {
        var alone = 0
        var joined = 0
        /// The greater of the two one byte before, and two before that: where a token of two or three bytes begins.
        var before = 0
        var beforeThat = 0

        var most: Int { max(alone, joined) }
    }

    private let bytes: [UInt8]
    private let tables: TokenTables
    private var index = 0

    init(_ text: String, tables: TokenTables) {
        bytes = Array(text.utf8)
        self.tables = tables
    }

    /// The bound for the whole text.
    mutating func count() -> Int {
        var tokens = 0
        while index < bytes.count { tokens += next() }
        return tokens
    }

    private mutating func next() -> Int {
        let byte = bytes[index]
        if byte >= 0x80 { return foreignRun() }
        if Self.isDigit(byte) { return digits() }
        if Self.isLetter(byte) { return word(mark: nil) }
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") { return whiteSpace() }
        return marks()
    }

    private mutating func digits() -> Int {
        let start = index
        while index < bytes.count, Self.isDigit(bytes[index]) { index += 1 }
        return (index - start + 2) / 3
    }

    /// Blanks, then line feeds; one blank before a word or mark goes with that.
    private mutating func whiteSpace() -> Int {
        var spaces = 0
        var lineFeeds = 0
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") {
            spaces += 1
            index += 1
        }
        while index < bytes.count, bytes[index] == UInt8(ascii: "\n") {
            lineFeeds += 1
            index += 1
        }
        if lineFeeds == 0, index < bytes.count, Self.isLetter(bytes[index]) {
            return tables.whiteSpace(spaces: spaces - 1, lineFeeds: 0) + word(mark: UInt8(ascii: " "))
        }
        return tables.whiteSpace(spaces: spaces, lineFeeds: lineFeeds)
    }

    /// One word with the mark that goes with it: letters up to a change from lower to upper case, and a contraction.
    private mutating func word(mark: UInt8?) -> Int {
        let start = index
        while index < bytes.count, Self.isUpper(bytes[index]) { index += 1 }
        let capitals = index - start
        while index < bytes.count, Self.isLower(bytes[index]) { index += 1 }
        var isWhole = true
        if !tables.cutsAtCase {
            // The piece goes on over capitals, and began with the letters before.
            isWhole = index == bytes.count || !Self.isUpper(bytes[index])
            isWhole = isWhole && (start == 0 || bytes[start - 1] < 0x80)
            while index < bytes.count, Self.isLetter(bytes[index]) { index += 1 }
        }
        let letters = bytes[start..<index]
        let continues = !isWhole || index < bytes.count && bytes[index] >= 0x80
        let hasKnownCase = capitals == 0 || (capitals == 1 && letters.count > 1)
        guard !continues, hasKnownCase, let packed = TokenTables.pack(letters), tables.isCommon(packed)
        else { return bound(of: (mark.map { [$0] } ?? []) + letters) }
        var tokens = mark == nil || mark == UInt8(ascii: " ") ? 1 : 2
        let contraction = contractionLength()
        if contraction > 0 {
            index += contraction
            tokens += 1
        }
        return tokens
    }

    /// Signs that are neither letter, digit nor blank; a lone one goes with the word behind it.
    private mutating func marks() -> Int {
        let start = index
        while index < bytes.count, Self.isMark(bytes[index]) { index += 1 }
        if index - start == 1, index < bytes.count, Self.isLetter(bytes[index]) {
            return word(mark: bytes[start])
        }
        return bound(of: Array(bytes[start..<index]))
    }

    /// Scalars beyond ASCII.
    private mutating func foreignRun() -> Int {
        var tokens = 0
        var hasTwoByteScalar = false
        while index < bytes.count, bytes[index] >= 0x80 {
            let (scalar, length) = decoded()
            tokens += tables.tokens(of: scalar)
            if length == 2 { hasTwoByteScalar = true }
            index += length
        }
        return hasTwoByteScalar ? tokens + 1 : tokens
    }

    /// The scalar that begins here; a `String`'s UTF-8 is always whole.
    private func decoded() -> (scalar: UInt32, length: Int) {
        func tail(_ offset: Int) -> UInt32 {
            index + offset < bytes.count ? UInt32(bytes[index + offset] & 0x3F) : 0
        }
        let lead = UInt32(bytes[index])
        switch lead {
        case ..<0xE0: return ((lead & 0x1F) << 6 | tail(1), 2)
        case ..<0xF0: return ((lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3)
        default: return ((lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
        }
    }

    /// The bound by neighbouring pairs.
    private func bound(of piece: [UInt8]) -> Int {
        var bound = Bound()
        for (offset, byte) in piece.enumerated() {
            let isPair = offset > 0 && tables.isPair(piece[offset - 1], byte)
            let alone = (isPair ? bound.joined : bound.most) + 1
            var joined = 0
            if isPair { joined = bound.before + 1 }
            if offset > 1 { joined = max(joined, bound.beforeThat + 1) }
            bound = Bound(alone: alone, joined: joined, before: bound.most, beforeThat: bound.before)
        }
        return bound.most
    }

    /// The length of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` here, in any case; 0 where there is none.
    private func contractionLength() -> Int {
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "'") else { return 0 }
        let first = bytes[index + 1] | 0x20
        if [UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d")].contains(first) { return 2 }
        guard index + 2 < bytes.count else { return 0 }
        let second = bytes[index + 2] | 0x20
        switch (first, second) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return 3
        default: return 0
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
    private static func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    private static func isLetter(_ byte: UInt8) -> Bool { isLower(byte) || isUpper(byte) }

    private static func isMark(_ byte: UInt8) -> Bool {
        byte < 0x80 && !isLetter(byte) && !isDigit(byte) && byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\n")
    }
}
