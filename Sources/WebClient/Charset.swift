import Glibc

/// How the characters of a text became bytes, by the name that `Content-Type` gives it.
struct Charset {
    /// What iconv calls it.
    private let name: String
    /// Whether a mark of the byte order at the beginning is none of the text's (`utf-8-sig`).
    private let dropsMark: Bool

    /// Names of Python's that iconv calls otherwise. Its Shift_JIS has a currency sign where JSON needs a backslash.
    private static let otherwise = [
        "8859": "ISO-8859-1", "iso8859": "ISO-8859-1", "latin": "ISO-8859-1", "646": "ASCII", "u8": "UTF-8",
        "utf": "UTF-8", "utf8ucs2": "UTF-8", "cp65001": "UTF-8", "u16": "UTF-16", "u32": "UTF-32", "u7": "UTF-7",
        "sjis": "CP932", "shiftjis": "CP932", "csshiftjis": "CP932", "utf8sig": "UTF-8", "macroman": "MACINTOSH",
        "ms949": "CP949", "ms950": "CP950", "korean": "EUC-KR", "chinese": "GB2312", "big5tw": "BIG5",
        "hkscs": "BIG5-HKSCS", "ms1361": "CP1361",
    ]

    /// A charset by its name, in whatever case and with whatever signs between its parts; nil for one that nobody
    /// knows.
    init?(named given: String) {
        let upper = given.uppercased()
        // iconv takes wishes behind slashes.
        guard upper.utf8.allSatisfy({ Self.isInName($0) }), upper.utf8.count < 40 else { return nil }
        let bare = String(decoding: upper.utf8.filter { Self.isAlphanumeric($0) }, as: UTF8.self)
        // An empty name is the system's own charset to iconv.
        guard !bare.utf8.isEmpty else { return nil }
        let isPage = (3...4).contains(bare.utf8.count) && bare.utf8.allSatisfy { $0 < 0x3A }
        let candidates =
            Self.otherwise[bare.lowercased()].map { [$0] }
            ?? [upper, String(decoding: upper.utf8.map { $0 == 0x5F ? 0x2D : $0 }, as: UTF8.self), bare]
            + (isPage ? ["CP\(bare)"] : [])
        guard let name = candidates.first(where: { Conversion($0) != nil }) else { return nil }
        self.name = name
        dropsMark = bare == "UTF8SIG"
    }

    /// The text in UTF-8; nil where the bytes are none in this charset.
    func utf8(_ bytes: [UInt8]) -> [UInt8]? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return Conversion(name)?.convert(dropsMark && bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }

    private static func isInName(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || "-_.:".utf8.contains(byte) }
}

private final class Conversion {
    private let descriptor: iconv_t

    init?(_ name: String) {
        guard let descriptor = iconv_open("UTF-8", name), descriptor != iconv_t(bitPattern: -1) else { return nil }
        self.descriptor = descriptor
    }

    deinit { iconv_close(descriptor) }

    func convert(_ bytes: [UInt8]) -> [UInt8]? {
        var converted: [UInt8] = []
        converted.reserveCapacity(bytes.count + bytes.count / 2)
        var input = bytes.map { CChar(bitPattern: $0) }
        let isWhole = input.withUnsafeMutableBufferPointer { input in
            var next = input.baseAddress
            var left = input.count
            // At last without input, for what a charset holds back to see whether a mark follows.
            return Self.run(descriptor, &next, &left, &converted) && left == 0
                && Self.run(descriptor, nil, nil, &converted)
        }
        return isWhole ? converted : nil
    }

    private static func run(
        _ descriptor: iconv_t, _ next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
        _ left: UnsafeMutablePointer<Int>?, _ converted: inout [UInt8]
    ) -> Bool {
        let room = 64 << 10
        var isFull: Bool
        repeat {
            isFull = false
            var status = 0
            converted += [UInt8](unsafeUninitializedCapacity: room) { output, count in
                output.withMemoryRebound(to: CChar.self) { output in
                    var place = output.baseAddress
                    var rest = room
                    status = Int(iconv(descriptor, next, left, &place, &rest))
                    count = room - rest
                }
            }
            if status == -1 {
                guard errno == E2BIG else { return false }
                isFull = true
            }
        } while isFull
        return true
    }
}
