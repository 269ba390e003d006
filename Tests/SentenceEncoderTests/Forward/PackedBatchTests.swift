import SentenceEncoder
import Testing

struct PackedBatchTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func everyTextIsInOneBatchAndNoBatchIsTooLong(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...80, using: &generator)
        let lengths = (0..<count).map { _ in Int.random(in: 2...256, using: &generator) }
        let batches = PackedBatch.pack(lengths: lengths, threads: Int.random(in: 1...8, using: &generator))
        #expect(batches.flatMap(\.members).sorted() == Array(lengths.indices))
        for batch in batches {
            #expect(!batch.members.isEmpty)
            #expect(batch.members.map { lengths[$0] }.reduce(0, +) <= PackedBatch.maximumTokens)
        }
    }

    @Test func fewTextsAreSharedAmongTheThreads() {
        #expect(PackedBatch.pack(lengths: [10, 10, 10, 10], threads: 1).count == 1)
        #expect(PackedBatch.pack(lengths: [10, 10, 10, 10], threads: 2).count == 2)
    }

    @Test func aWorkspaceIsUsedAgain() {
        let pool = WorkspacePool(architecture: .miniLM, maximumTokens: 4)
        #expect(pool.idleCount == 0)
        let first = pool.borrow()
        let second = pool.borrow()
        #expect(first.states.storage !== second.states.storage)
        pool.giveBack(first)
        #expect(pool.idleCount == 1)
        #expect(pool.borrow().states.storage === first.states.storage)
    }
}
