import ServiceAssembly
import Testing

struct BLASTuningTests {
    private static func processors(vendor: String, flags: String) -> String {
        "processor\t: 0\nvendor_id\t: \(vendor)\nflags\t\t: fpu avx2 \(flags)\n"
    }

    private static let wide = "avx512f avx512dq avx512cd avx512bw avx512vl"

    @Test(arguments: ["AuthenticAMD", "GenuineIntel"])
    func kernelsForAVX512AreNamedWhereTheProcessorHasIt(vendor: String) {
        let wide = BLASTuning.variables(given: [:], processors: Self.processors(vendor: vendor, flags: Self.wide))
        #expect(wide == ["OPENBLAS_CORETYPE": "SkylakeX"])
        let narrow = BLASTuning.variables(given: [:], processors: Self.processors(vendor: vendor, flags: "avx512f"))
        #expect(narrow.isEmpty)
    }

    @Test func anOperatorsChoiceStands() {
        let processors = Self.processors(vendor: "GenuineIntel", flags: Self.wide)
        #expect(BLASTuning.variables(given: ["OPENBLAS_CORETYPE": "Haswell"], processors: processors).isEmpty)
        #expect(BLASTuning.variables(given: [:], processors: nil).isEmpty)
    }
}
