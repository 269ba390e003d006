import SentenceEncoder
import Testing

struct ScalarFoldingTests {
    /// `scalars.bin` has one FNV-1a digest per 4,096 code points; make_golden.py says what is hashed.
    @Test func everyScalarFoldsAsInTheReference() throws {
        let bytes = [UInt8](try ModelFiles.golden("scalars.bin"))
        try #require(bytes.count == 0x11_0000 / 4096 * 8)
        let folding = ScalarFolding()
        for block in 0..<0x11_0000 / 4096 {
            var digest: UInt64 = 0xcbf2_9ce4_8422_2325
            for value in block * 4096..<(block + 1) * 4096 {
                guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
                for number in Self.summary(folding(scalar)) {
                    for shift in stride(from: UInt32(0), to: 32, by: 8) {
                        digest = (digest ^ UInt64(number >> shift & 0xff)) &* 0x100_0000_01b3
                    }
                }
            }
            let expected = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[block * 8 + $1]) << (UInt64($1) * 8) }
            #expect(digest == expected, "code points from \(String(block * 4096, radix: 16))")
        }
    }

    @Test func theTableGivesWhatTheRulesGive() {
        let folding = ScalarFolding()
        for value in 0..<UInt32(0x3200) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            #expect(folding(scalar) == ScalarFolding.compute(scalar))
        }
    }

    private static func summary(_ outcome: ScalarFolding.Outcome) -> [UInt32] {
        switch outcome {
        case .removed: [0]
        case .space: [1]
        case .letters(let folded): [2, UInt32(folded.count)] + folded.map(number)
        case .ideograph(let folded): [3, UInt32(folded.count)] + folded.map(number)
        }
    }

    private static func number(_ folded: ScalarFolding.Folded) -> UInt32 {
        folded.scalar.value | (folded.standsAlone ? 1 << 31 : 0)
    }
}
