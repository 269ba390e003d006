import Synchronization

/// The links of an HNSW graph: who neighbours whom, level by level.
///
/// One `HNSWWriter` changes it while searches walk it. A link is one atomic word, `slot + 1` or 0 for none; a list ends at its
/// first 0. Whoever reads a link (acquiring) may read all that the writer stored before it (releasing): the slot's row, id,
/// level and own links. A list that is being replaced reads as a mixture of old and new links, each good.
@safe
package final class HNSWGraph: Sendable {
    /// Far above what the generator draws: 2^31 nodes at two links reach 31.
    static let highestLevel = 40

    package let parameters: GraphParameters
    /// The bottom level's links: twice `maximumLinks` a slot.
    let bottom: SlotMemory
    /// A slot's place in the graph: `NodeHead`.
    let heads: SlotMemory
    /// The links of the levels above, one record per node and level.
    let upper: SlotMemory

    /// `level << 32 | slot + 1`; 0 while the graph is empty.
    private let entryWord = Atomic<UInt64>(0)
    private let linkedNodes = Atomic<Int>(0)
    private let measured = Mutex(WalkCalibration.standard)

    package init(parameters: GraphParameters) {
        self.parameters = parameters
        bottom = SlotMemory(stride: 2 * parameters.maximumLinks * MemoryLayout<UInt32>.stride)
        heads = SlotMemory(stride: MemoryLayout<NodeHead>.stride)
        upper = SlotMemory(stride: parameters.maximumLinks * MemoryLayout<UInt32>.stride)
    }

    /// Nodes in the graph.
    package var nodeCount: Int { linkedNodes.load(ordering: .relaxed) }

    /// How far walks look for a share of the true neighbours: measured at the end of a build, else on the safe side.
    package var calibration: WalkCalibration { measured.withLock { $0 } }

    func setCalibration(_ calibration: WalkCalibration) { measured.withLock { $0 = calibration } }

    /// Where every walk begins.
    package var entry: Entry? {
        let word = entryWord.load(ordering: .acquiring)
        guard word != 0 else { return nil }
        return Entry(slot: UInt32(truncatingIfNeeded: word) &- 1, level: Int(word >> 32))
    }

    func setEntry(_ entry: Entry) {
        entryWord.store(UInt64(entry.level) << 32 | UInt64(entry.slot + 1), ordering: .releasing)
    }

    /// Counts one more node.
    func addNode() { linkedNodes.add(1, ordering: .relaxed) }

    func setNodeCount(_ count: Int) { linkedNodes.store(count, ordering: .relaxed) }

    package var handle: UnsafeHandle {
        unsafe UnsafeHandle(
            bottom: bottom.handle,
            heads: heads.handle,
            upper: upper.handle,
            maximumLinks: parameters.maximumLinks
        )
    }
}

extension HNSWGraph {
    /// A node on the highest level, and that level.
    package struct Entry: Equatable, Sendable {
        package let slot: UInt32
        package let level: Int
    }

    /// A slot's place in the graph; all zero for a slot outside it.
    struct NodeHead {
        /// Its first record in `upper`, for level 1.
        var firstUpper: UInt32
        /// Its highest level, plus one.
        var levels: UInt32
    }

    /// Reads links without checks; valid while its `HNSWGraph` lives.
    @unsafe
    package struct UnsafeHandle {
        let bottom: SlotMemory.UnsafeHandle
        let heads: SlotMemory.UnsafeHandle
        let upper: SlotMemory.UnsafeHandle
        let maximumLinks: Int

        /// Most links a node has on a level.
        @inline(__always)
        package func capacity(level: Int) -> Int { unsafe level == 0 ? 2 * maximumLinks : maximumLinks }

        @inline(__always)
        func head(_ slot: UInt32) -> NodeHead {
            unsafe heads.record(slot).assumingMemoryBound(to: NodeHead.self).pointee
        }

        func setHead(_ head: NodeHead, of slot: UInt32) {
            unsafe heads.record(slot).assumingMemoryBound(to: NodeHead.self).pointee = head
        }

        /// A node's links on one of its levels.
        @inline(__always)
        func links(_ slot: UInt32, level: Int) -> Links {
            let record =
                unsafe level == 0
                ? bottom.record(slot) : upper.record(head(slot).firstUpper &+ UInt32(truncatingIfNeeded: level - 1))
            return unsafe Links(words: record.assumingMemoryBound(to: Atomic<UInt32>.self))
        }
    }

    /// One list of links.
    @unsafe
    struct Links {
        let words: UnsafeMutablePointer<Atomic<UInt32>>

        /// The link at a place below the list's capacity, or nil at its end.
        @inline(__always)
        subscript(place: Int) -> UInt32? {
            let word = unsafe words[place].load(ordering: .acquiring)
            return word == 0 ? nil : word &- 1
        }

        /// Stores a link, or ends the list with nil.
        @inline(__always)
        func set(_ place: Int, _ slot: UInt32?) {
            unsafe words[place].store(slot.map { $0 &+ 1 } ?? 0, ordering: .releasing)
        }
    }
}
