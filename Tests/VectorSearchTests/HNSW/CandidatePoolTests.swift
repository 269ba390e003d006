import CVectorKernels
import Testing
import VectorSearch

struct CandidatePoolTests {
    private static var sets: [cvk_instruction_set] {
        [CVK_SCALAR, CVK_AVX512].filter { unsafe cvk_pool_kernels_for($0) != nil }
    }

    /// Distances of every kind, equal ones among them.
    private static func distance(_ numbers: inout SeededNumbers) -> Float {
        switch Int.random(in: 0..<20, using: &numbers) {
        case 0: 0
        case 1: -0.0
        case 2: .leastNormalMagnitude / 100
        case 3: -1e38
        case 4: 1e38
        case 5: .infinity
        default: Float(Int.random(in: -40...40, using: &numbers)) / 8
        }
    }

    @Test(arguments: [1, 2, 7, 8, 9, 16, 31, 100])
    func everySetKeepsTheNearestInOrderAndNamesTheLeastPlace(capacity: Int) {
        for set in Self.sets {
            var numbers = SeededNumbers(seed: UInt64(capacity))
            let take = unsafe cvk_pool_kernels_for(set)?.pointee.take
            let words = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity + Int(CVK_POOL_SLACK))
            defer { unsafe words.deallocate() }
            // What lies behind the pool's end is its own.
            unsafe words.initialize(repeating: 0xABCD, count: capacity + Int(CVK_POOL_SLACK))
            var pool = unsafe CandidatePool(words, capacity: capacity, take: take)
            var model: [RankedSlot] = []
            var next: UInt32 = 1
            for _ in 0..<40 {
                let count = Int.random(in: 0...40, using: &numbers)
                let slots = (0..<count).map { next + UInt32($0) }.shuffled(using: &numbers)
                let distances = (0..<count).map { _ in Self.distance(&numbers) }
                next += UInt32(count)
                let offered = zip(distances, slots).map { RankedSlot(distance: $0, slot: $1) }
                let before = model
                let reach = Bool.random(using: &numbers) ? Float.infinity : Self.distance(&numbers)
                for one in offered where one.word >> 32 <= RankedSlot(distance: reach, slot: 0).word >> 32 {
                    // As they come: an equal distance is decided by the slot.
                    model = Array((model + [one]).sorted().prefix(capacity))
                }
                let place = unsafe pool.take(slots, distances, count: count, reach: reach)
                unsafe #expect(pool.count == model.count)
                let found = (0..<model.count).map { unsafe CandidatePool.ranked(words[$0]) }
                #expect(found == model, "\(set)")
                if model == before {
                    #expect(place == nil)
                } else {
                    // Whoever is at the least place may have been pushed on by a later one, never forward.
                    let first = zip(model, before).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                    #expect(place == first ?? before.count)
                }
            }
            for end in unsafe (pool.count..<capacity + Int(CVK_POOL_SLACK)).dropFirst(capacity - pool.count) {
                unsafe #expect(words[end] == 0xABCD)
            }
        }
    }

    @Test func anExpandedCandidateIsPassedOver() {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 4 + Int(CVK_POOL_SLACK))
        defer { unsafe words.deallocate() }
        var pool = unsafe CandidatePool(words, capacity: 4)
        unsafe #expect(pool.insert(RankedSlot(distance: 2, slot: 7)) == 0)
        unsafe #expect(pool.insert(RankedSlot(distance: 1, slot: 9)) == 0)
        unsafe #expect(pool.insert(RankedSlot(distance: 3, slot: 5)) == 2)
        unsafe #expect(pool.expand(0) == 9)
        unsafe #expect(pool.expand(0) == nil)
        unsafe #expect(pool.firstUnexpanded(from: 0) == 7)
        unsafe #expect(pool.insert(RankedSlot(distance: 0.5, slot: 3)) == 0)
        unsafe #expect(pool.expand(1) == nil)
        unsafe #expect(pool.firstUnexpanded(from: 1) == 7)
    }
}
