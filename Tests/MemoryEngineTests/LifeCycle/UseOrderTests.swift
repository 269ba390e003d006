import MemoryEngine
import MemoryTestSupport
import Testing

@Suite struct UseOrderTests {
    private static func all(_ order: UseOrder<Int>) -> [Int] {
        var all: [Int] = []
        var next = order.oldest
        while let id = next {
            all.append(id)
            next = order.next(after: id)
        }
        return all
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func anyUsesAndRemovalsLeaveTheOrderOfLastUses(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var order = UseOrder<Int>()
        var model: [Int] = []
        for _ in 0..<2_000 {
            let id = Int.random(in: 0..<12, using: &generator)
            model.removeAll { $0 == id }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                order.remove(id)
            } else {
                order.use(id)
                model.append(id)
            }
            #expect(Self.all(order) == model)
        }
    }
}
