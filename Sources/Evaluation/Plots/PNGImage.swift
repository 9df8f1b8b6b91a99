import CZlib

/// A picture in 24-bit colour, as PNG (RFC 2083).
struct PNGImage {
    struct Color: Hashable {
        var red: UInt8
        var green: UInt8
        var blue: UInt8

        static let white = Color(red: 255, green: 255, blue: 255)
        static let black = Color(red: 0, green: 0, blue: 0)
        static let gray = Color(red: 160, green: 160, blue: 160)

        /// Between white (0) and this colour (1).
        func shade(_ share: Double) -> Color {
            func mixed(_ part: UInt8) -> UInt8 { UInt8(255 - (255 - Double(part)) * min(max(share, 0), 1)) }
            return Color(red: mixed(red), green: mixed(green), blue: mixed(blue))
        }
    }

    let width: Int
    let height: Int
    private var pixels: [UInt8]

    /// A white picture.
    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        pixels = [UInt8](repeating: 255, count: width * height * 3)
    }

    /// Fills a rectangle; what lies outside of the picture is left out.
    mutating func fill(x: Int, y: Int, width: Int, height: Int, _ color: Color) {
        for row in max(y, 0)..<max(min(y + height, self.height), max(y, 0)) {
            for column in max(x, 0)..<max(min(x + width, self.width), max(x, 0)) {
                let place = (row * self.width + column) * 3
                pixels[place] = color.red
                pixels[place + 1] = color.green
                pixels[place + 2] = color.blue
            }
        }
    }

    /// Writes a text from left to right, or from bottom to top; what stands outside of the picture is left out.
    mutating func write(
        _ text: String, x: Int, y: Int, _ color: Color = .black, scale: Int = 1, isUpright: Bool = false
    ) {
        for (number, scalar) in text.unicodeScalars.enumerated() {
            let offset = number * Glyphs.advance * scale
            for (column, bits) in Glyphs.columns(of: scalar).enumerated() {
                for row in 0..<Glyphs.height where bits >> row & 1 == 1 {
                    let (right, down) = (offset + column * scale, row * scale)
                    fill(
                        x: isUpright ? x + down : x + right, y: isUpright ? y - right : y + down, width: scale,
                        height: scale, color)
                }
            }
        }
    }

    /// The file; nil where there is no memory to compress it.
    var file: [UInt8]? {
        var lines: [UInt8] = []
        lines.reserveCapacity(height * (width * 3 + 1))
        for row in 0..<height {
            // Filter 0: the bytes as they are.
            lines.append(0)
            lines += pixels[row * width * 3..<(row + 1) * width * 3]
        }
        var length = compressBound(uLong(lines.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        guard compress2(&packed, &length, lines, uLong(lines.count), 6) == Z_OK else { return nil }
        let header = Self.bytes(UInt32(width)) + Self.bytes(UInt32(height)) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header)
            + Self.chunk("IDAT", Array(packed.prefix(Int(length)))) + Self.chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        return bytes(UInt32(content.count)) + body + bytes(UInt32(truncatingIfNeeded: crc32(0, body, uInt(body.count))))
    }

    private static func bytes(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }
}
