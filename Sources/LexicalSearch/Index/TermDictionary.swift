/// The terms of one index by number, with what is needed to find those that look alike.
struct TermDictionary {
    private(set) var terms: [String] = []
    private var numbers: [String: UInt32] = [:]
    private var shapes: [TermShape] = []
    /// By number: the digest of a figure, 0 for other terms.
    private(set) var figures: [UInt64] = []
    /// Bytes of the terms that are too long to be kept in place.
    private var longTermByteCount = 0

    var count: Int { terms.count }

    /// Bytes of its tables, and of the terms that are too long to be kept in place, by estimate.
    var byteCount: Int {
        terms.capacity * MemoryLayout<String>.stride + numbers.byteCount
            + shapes.capacity * MemoryLayout<TermShape>.stride + figures.capacity * MemoryLayout<UInt64>.stride
            + longTermByteCount
    }

    func number(of term: String) -> UInt32? { numbers[term] }

    /// Gives a term that is not there yet the next number.
    mutating func add(_ term: String) -> UInt32 {
        let number = UInt32(terms.count)
        // Up to 15 bytes are kept in place; more have a block with a header, in steps of 16.
        if term.utf8.count > 15 { longTermByteCount += (term.utf8.count + 48) & ~15 }
        terms.append(term)
        numbers[term] = number
        shapes.append(TermShape(term))
        figures.append(Figures.contains(term) ? Figures.digest(of: term) : 0)
        return number
    }

    mutating func reserveCapacity(_ count: Int) {
        terms.reserveCapacity(count)
        numbers.reserveCapacity(count)
        shapes.reserveCapacity(count)
        figures.reserveCapacity(count)
    }

    /// Calls `body` for each term within a number of slips of the pen, with that number; the term itself is left out.
    func visitTerms(near term: Spelling, within limit: Int, _ body: (UInt32, Int) -> Void) {
        let wanted = TermShape(term.text)
        for number in shapes.indices where shapes[number].mayBeNear(wanted, within: limit) {
            let found = terms[number]
            guard found != term.text, let slips = term.slips(to: found, within: limit) else { continue }
            body(UInt32(number), slips)
        }
    }
}

/// A summary of a term's letters: enough to rule out most terms that are not near, at a glance.
struct TermShape {
    /// The number of scalars, at most 255.
    private let length: UInt8
    /// One bit for each letter that occurs.
    private let letters: UInt32

    init(_ term: String) {
        var length = 0
        var letters: UInt32 = 0
        for scalar in term.unicodeScalars {
            length += 1
            letters |= 1 << (scalar.value & 31)
        }
        self.length = UInt8(clamping: length)
        self.letters = letters
    }

    /// False only where more slips than `limit` lie between: one adds or takes at most a letter each.
    func mayBeNear(_ other: TermShape, within limit: Int) -> Bool {
        abs(Int(length) - Int(other.length)) <= limit
            && (letters & ~other.letters).nonzeroBitCount <= limit
            && (other.letters & ~letters).nonzeroBitCount <= limit
    }
}
