import ServiceAssembly
import Testing

struct ByteCountTests {
    @Test(arguments: [("0", 0), ("512", 512), ("64K", 65_536), ("256M", 268_435_456), ("2G", 2 << 30), ("3T", 3 << 40)])
    func aSizeIsReadAndWrittenAlike(text: String, value: Int) {
        #expect(ByteCount(settingText: text)?.value == value)
        #expect(ByteCount(value).settingText == text)
    }

    @Test(arguments: ["", "K", "256MB", "256m", "-1", "1.5G", "1 G", "9999999999"])
    func whatIsNoSizeIsRefused(text: String) {
        #expect(ByteCount(settingText: text) == nil)
    }

    @Test func anUnevenNumberIsWrittenInBytes() {
        #expect(ByteCount(1_025).settingText == "1025")
    }
}
