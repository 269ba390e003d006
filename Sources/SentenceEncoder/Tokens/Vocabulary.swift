internal import Foundation

/// The tokens of a WordPiece model: from the bytes of a piece to its number.
///
/// Two open-addressed tables, one for pieces that begin a word and one for those that continue it (`##` in the file),
/// over one block of bytes: looking up a slice of a word makes no string.
package struct Vocabulary: Sendable {
    /// The numbers of the tokens that are no words.
    package struct SpecialTokens: Sendable, Equatable {
        package let padding: Int32
        package let unknown: Int32
        package let classification: Int32
        package let separator: Int32
        package let mask: Int32
    }

    /// Where a piece stands in its word.
    package enum Place: Sendable {
        case beginning
        case continuation
    }

    /// How many tokens there are, which is one more than the greatest number.
    package let count: Int
    package let special: SpecialTokens
    /// Bytes of the longest piece, without `##`.
    package let longestPiece: Int

    private let beginnings: PieceTable
    private let continuations: PieceTable

    /// Reads a `vocab.txt`: one token a line, its number being that of the line.
    ///
    /// Throws `unreadableFile` or `malformedVocabulary`.
    package init(contentsOf path: String) throws(SentenceEncoderError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw SentenceEncoderError(.unreadableFile, "cannot read \(path)", cause: error)
        }
        try self.init(lines: [UInt8](data))
    }

    /// Takes the bytes of a `vocab.txt`.
    package init(lines: [UInt8]) throws(SentenceEncoderError) {
        var tokens = lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if tokens.last?.isEmpty == true { tokens.removeLast() }
        guard tokens.count < 1 << 24 else {
            throw SentenceEncoderError(.malformedVocabulary, "the vocabulary has \(tokens.count) lines")
        }
        count = tokens.count
        let mark = Array("##".utf8)
        var beginnings = PieceTable(capacity: tokens.count)
        var continuations = PieceTable(capacity: tokens.count)
        for (number, line) in tokens.enumerated() {
            let token = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            let continues = token.count > 2 && token.starts(with: mark)
            let isNew =
                continues
                ? continuations.insert(token.dropFirst(2), Int32(number)) : beginnings.insert(token, Int32(number))
            guard isNew else {
                throw SentenceEncoderError(.malformedVocabulary, "line \(number + 1) repeats an earlier token")
            }
        }
        func special(_ name: String) throws(SentenceEncoderError) -> Int32 {
            let bytes = Array(name.utf8)
            guard let number = beginnings.find(bytes, 0..<bytes.count) else {
                throw SentenceEncoderError(.malformedVocabulary, "the vocabulary has no \(name)")
            }
            return number
        }
        self.special = SpecialTokens(
            padding: try special("[PAD]"),
            unknown: try special("[UNK]"),
            classification: try special("[CLS]"),
            separator: try special("[SEP]"),
            mask: try special("[MASK]")
        )
        longestPiece = max(beginnings.longest, continuations.longest)
        self.beginnings = beginnings
        self.continuations = continuations
    }

    /// The number of the piece that is `range` of `word`, at its place in the word.
    package func find(_ word: [UInt8], _ range: Range<Int>, _ place: Place) -> Int32? {
        switch place {
        case .beginning: beginnings.find(word, range)
        case .continuation: continuations.find(word, range)
        }
    }
}

/// An open-addressed hash table from byte strings to numbers, at most half full.
private struct PieceTable: Sendable {
    private struct Slot {
        var start: Int32 = 0
        var length: Int32 = -1
        var number: Int32 = 0
    }

    private var slots: [Slot]
    private var bytes: [UInt8] = []
    private(set) var longest = 0

    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
    }

    /// Adds a piece; false if it is there already.
    mutating func insert(_ piece: ArraySlice<UInt8>, _ number: Int32) -> Bool {
        let key = Array(piece)
        let index = place(of: key, 0..<key.count)
        guard slots[index].length < 0 else { return false }
        slots[index] = Slot(start: Int32(bytes.count), length: Int32(key.count), number: number)
        bytes += key
        longest = max(longest, key.count)
        return true
    }

    func find(_ word: [UInt8], _ range: Range<Int>) -> Int32? {
        let slot = slots[place(of: word, range)]
        return slot.length < 0 ? nil : slot.number
    }

    /// The slot that holds the piece, or the free one where it would go.
    private func place(of word: [UInt8], _ range: Range<Int>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in range { hash = (hash ^ UInt64(word[index])) &* 0x100_0000_01b3 }
        let mask = slots.count - 1
        var index = Int(truncatingIfNeeded: hash ^ (hash >> 32)) & mask
        while slots[index].length >= 0, !holds(slots[index], word, range) { index = (index + 1) & mask }
        return index
    }

    private func holds(_ slot: Slot, _ word: [UInt8], _ range: Range<Int>) -> Bool {
        guard Int(slot.length) == range.count else { return false }
        let start = Int(slot.start)
        for offset in 0..<range.count where bytes[start + offset] != word[range.lowerBound + offset] { return false }
        return true
    }
}
