/// How rows are laid side by side for kernels that work feature by feature; see `CKernels.h`.
struct PanelShape {
    let rows: Int
    /// Lanes per panel: 8 or 16.
    let width: Int
    let panels: Int

    /// The shape that is fastest for so many rows: a panel of 16 lanes costs about as much as 1.6 of 8 lanes, and is
    /// too wide for the registers of the portable level.
    init(rows: Int, level: KernelLevel) {
        self.rows = rows
        width = rows <= 8 || (17...24).contains(rows) || level == .portable ? 8 : 16
        panels = (rows + width - 1) / width
    }

    /// The shape that exact arithmetic works on: eight lanes a panel.
    init(exactRows rows: Int) {
        self.rows = rows
        width = 8
        panels = (rows + width - 1) / width
    }

    /// The numbers that so many features take.
    func count(_ features: Int) -> Int { panels * width * features }
}

extension PanelShape {
    /// One row out of panels.
    func copyRow(_ row: Int, features: Int, from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>) {
        let lane = from + row / width * features * width + row % width
        for feature in 0..<features { to[feature] = lane[feature * width] }
    }
}
