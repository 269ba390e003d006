/// The documents and postings of one index.
///
/// A document has a slot; slots are given out in order of insertion, so postings grow at their end. Removing marks the slot and corrects
/// every count at once; the space comes back when `compact` renumbers the slots.
struct IndexContents {
    /// What stands in a slot.
    struct Document {
        var key: UInt64
        var lengths: FieldLengths
        /// Where its term numbers begin in `documentTerms`; they end where the next document's begin.
        var firstTerm: Int
        var isLive = true
    }

    private(set) var documents: [Document] = []
    /// The numbers of each document's terms, slot after slot: what a removal must correct.
    private var documentTerms: [UInt32] = []
    private var slotOfKey: [UInt64: UInt32] = [:]
    private(set) var terms: [String] = []
    private var numberOfTerm: [String: UInt32] = [:]
    private(set) var postings: [PostingList] = []
    private(set) var fieldTotals = [FieldTotal](repeating: FieldTotal(), count: Field.count)

    var liveCount: Int { slotOfKey.count }

    func contains(_ key: UInt64) -> Bool { slotOfKey[key] != nil }

    func slot(of key: UInt64) -> UInt32? { slotOfKey[key] }

    func postingList(of term: String) -> PostingList? {
        numberOfTerm[term].map { postings[Int($0)] }
    }

    // MARK: Changes

    mutating func insert(_ key: UInt64, _ vector: TermVector) {
        remove(key)
        let slot = addDocument(key: key, lengths: vector.lengths)
        for entry in vector.entries {
            let number = number(of: entry.term)
            postings[Int(number)].append(slot: slot, frequencies: entry.frequencies)
            documentTerms.append(number)
        }
    }

    /// Takes a document out; nothing happens where it is unknown.
    @discardableResult
    mutating func remove(_ key: UInt64) -> Bool {
        guard let slot = slotOfKey.removeValue(forKey: key) else { return false }
        documents[Int(slot)].isLive = false
        count(documents[Int(slot)].lengths, sign: -1)
        for index in termRange(of: Int(slot)) {
            postings[Int(documentTerms[index])].liveCount -= 1
        }
        if documents.count - liveCount > max(Self.toleratedDeadCount, liveCount / 4) { compact() }
        return true
    }

    /// Renumbers slots and terms so that only what is live is left, in the same order.
    mutating func compact() {
        var fresh = IndexContents()
        fresh.reserveCapacity(documents: liveCount, terms: terms.count)
        var newSlots: [UInt32?] = []
        newSlots.reserveCapacity(documents.count)
        for document in documents {
            newSlots.append(document.isLive ? fresh.addDocument(key: document.key, lengths: document.lengths) : nil)
        }
        for (term, list) in zip(terms, postings) where list.liveCount > 0 {
            var kept = PostingList()
            kept.reserveCapacity(list.liveCount)
            for (slot, frequencies) in zip(list.slots, list.frequencies) {
                if let slot = newSlots[Int(slot)] { kept.append(slot: slot, frequencies: frequencies) }
            }
            fresh.addTerm(term, postings: kept)
        }
        fresh.fillDocumentTerms()
        self = fresh
    }

    /// As many removed documents are kept until their space is taken back.
    private static let toleratedDeadCount = 64

    // MARK: Building blocks, for `compact` and for reading a snapshot

    /// Makes room for documents and terms that are about to be added.
    mutating func reserveCapacity(documents documentCount: Int, terms termCount: Int) {
        documents.reserveCapacity(documentCount)
        slotOfKey.reserveCapacity(documentCount)
        terms.reserveCapacity(termCount)
        numberOfTerm.reserveCapacity(termCount)
        postings.reserveCapacity(termCount)
    }

    /// Takes the next slot for a document whose key is not in use.
    mutating func addDocument(key: UInt64, lengths: FieldLengths) -> UInt32 {
        let slot = UInt32(documents.count)
        documents.append(Document(key: key, lengths: lengths, firstTerm: documentTerms.count))
        slotOfKey[key] = slot
        count(lengths, sign: 1)
        return slot
    }

    /// Adds a term that is not there yet with all its postings; `fillDocumentTerms` must follow.
    mutating func addTerm(_ term: String, postings list: PostingList) {
        numberOfTerm[term] = UInt32(terms.count)
        terms.append(term)
        postings.append(list)
    }

    /// Remakes the term numbers of each document from the postings.
    mutating func fillDocumentTerms() {
        var counts = [Int](repeating: 0, count: documents.count + 1)
        for list in postings {
            for slot in list.slots { counts[Int(slot)] += 1 }
        }
        var total = 0
        for slot in documents.indices {
            documents[slot].firstTerm = total
            total += counts[slot]
            counts[slot] = documents[slot].firstTerm
        }
        documentTerms = [UInt32](repeating: 0, count: total)
        for (number, list) in postings.enumerated() {
            for slot in list.slots {
                documentTerms[counts[Int(slot)]] = UInt32(number)
                counts[Int(slot)] += 1
            }
        }
    }

    private mutating func number(of term: String) -> UInt32 {
        if let number = numberOfTerm[term] { return number }
        addTerm(term, postings: PostingList())
        return UInt32(terms.count - 1)
    }

    private mutating func count(_ lengths: FieldLengths, sign: Int) {
        for field in Field.allCases {
            fieldTotals[field.index].count(lengths[field], sign: sign)
        }
    }

    private func termRange(of slot: Int) -> Range<Int> {
        let end = slot + 1 < documents.count ? documents[slot + 1].firstTerm : documentTerms.count
        return documents[slot].firstTerm..<end
    }
}
