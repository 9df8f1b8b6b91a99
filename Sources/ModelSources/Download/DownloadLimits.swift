/// How much a download may cost.
package struct DownloadLimits: Sendable, Hashable {
    /// Bytes of the archive; 8 GiB.
    package var bytes = 8 << 30
    /// How long the source may send nothing; 30 seconds.
    package var silence = Duration.seconds(30)
    /// How long the whole may take; 14 minutes, so that there is a response before the supervisor ends the loader.
    package var whole = Duration.seconds(840)
    /// How often a download that broke off is taken up again; 6 times.
    package var resumptions = 6
    /// The pause before the first resumption, which doubles with each; a quarter of a second.
    package var firstPause = Duration.milliseconds(250)

    package init() {}
}
