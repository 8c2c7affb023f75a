// SPDX-License-Identifier: Apache-2.0
// flash_reader: bytes of the board's SPI flash, from an address to where `stop`
// says that there is no more of them: once, after a reset. Then, while `feed` is
// high, bytes from another address, time and again; where DUAL, over both lines of
// data, with another command (0x3b) and a byte's clocks before the first, at twice
// the clock.
//
// The flash sleeps, as an FPGA leaves it after its configuration: it is woken
// (0xab), given time, and read with one command (0x03), in SPI mode 0. A pulse of
// its clock is asked for by `pulse`, and is the second half of the clock after, see
// flash_clock: at once, where DUAL, or in every other clock. The bit that is there
// when it falls is taken then, as pins have registers: a whole clock after the fall
// that asked for it. A byte waits for whoever listens, and the next one behind it;
// then the clock of SPI rests.

`default_nettype none

module flash_reader #(
    parameter ADDRESS = 0,      // of the first byte, below 2^24
    parameter FEED    = 65536,  // ... of those of `feed`, from there on
    parameter DUAL    = 0,      // 1: bytes of `feed` come over mosi, too
    parameter W_WAKE  = 11      // the flash has 2^W_WAKE - 8 clocks to wake up; from 6
) (
    input  wire       clk,
    input  wire       rst,

    output reg        reading,     // from reset to stop
    output wire       valid,       // for a clock, while listening; one in 16 clocks, where DUAL in 4, and two after a pause
    output reg  [7:0] data,
    input  wire       listening,
    input  wire       stop,
    input  wire       feed,        // after the stop
    input  wire       again,       // from the first byte of `feed`

    output wire       cs_n,
    output wire       pulse,       // the clock of SPI is high in the second half of the next clock
    output reg        mosi,
    output reg        drive,       // mosi is an output; it always is but where DUAL
    input  wire       mosi_in,     // ... and else this; both of a clock ago
    input  wire       miso
);

generate if (W_WAKE < 6) begin : check_w_wake
    error_W_WAKE_must_be_at_least_6 illegal ();
end endgenerate

localparam [7:0]  WAKE = 8'hab;
localparam [31:0] FROM = ADDRESS + FEED;
localparam [31:0] READ = {8'h03, ADDRESS[23:0]};
localparam [31:0] READ_FEED = {DUAL != 0 ? 8'h3b : 8'h03, FROM[23:0]};

localparam [W_WAKE-1:0] SHORT = 31;   // clocks that the flash is let go between commands, less 1

wire both  = DUAL != 0 & ~reading;               // the command for both lines
wire leave = reading ? stop : again | ~feed;     // what is read is not wanted any more

// ---------------------------------------------------------------------------
// Commands. With the count from its end each time: a rest, the command that wakes,
// another rest, the command that reads and its bytes.

reg [W_WAKE-1:0] count;      // bits of SPI, or pairs of them, or clocks of a rest
reg              selected;
reg              woken;      // the wake-up command was begun
reg              reads;      // so was the one that reads
reg              answering;  // its bits are sent: bytes come
reg              waits;      // for every other clock
reg [1:0]        begun;      // bytes of which a bit was asked for and that were not heard, 2 at most

wire       last_bit  = &(both & answering ? count[2:0] | 3'b100 : count[2:0]);
wire       first_bit = answering & ~|(both ? count[2:0] & 3'b011 : count[2:0]);
wire       room      = ~begun[1];
wire       step      = (reading | feed) & ~(waits & selected) & (room | ~first_bit);
wire       rested    = step & ~selected & &(reading ? count : count | ~SHORT);   // between commands of a flash that is awake
wire [5:0] sent      = both ? 6'd39 : 6'd31;

assign pulse = step & selected;

always @(posedge clk) begin
    waits <= pulse & ~both;
    if (step)
        count <= rested ? {W_WAKE{1'b0}} : count + 1'b1;
    if (rested) begin
        selected <= 1'b1;
        woken    <= 1'b1;
        reads    <= woken;
    end
    if (pulse & ~reads & last_bit)
        selected <= 1'b0;
    if (pulse & reads & count[5:0] == sent)
        answering <= 1'b1;
    if ((pulse & first_bit) != valid)
        begun <= valid ? begun - 1'b1 : begun + 1'b1;

    if (leave | rst) begin
        reading   <= rst;
        count     <= {W_WAKE{1'b0}};
        selected  <= 1'b0;
        answering <= 1'b0;
        begun     <= 2'd0;
    end
    if (rst) begin
        woken <= 1'b0;
        reads <= 1'b0;
    end
end

// ---------------------------------------------------------------------------
// Pins: with a pulse its bit, and the flash is let go when the last one has ended.

reg [1:0] was_selected;

assign cs_n = ~|{selected, was_selected};

always @(posedge clk) begin
    was_selected <= {was_selected[0], selected} & {2{~rst}};
    mosi  <= ~reads ? WAKE[~count[2:0]] : reading ? READ[~count[4:0]] : READ_FEED[~count[4:0]];
    drive <= ~|was_selected | (drive & ~(both & reads & selected & (answering | count[5])));
end

// ---------------------------------------------------------------------------
// Bytes: a bit, or two, two clocks after its pulse was asked for

reg [1:0] taken, ends;   // index d: a bit of a byte, and its last, d + 1 clocks after
reg [7:0] bits;
reg       there;         // bits are a byte
reg       full;          // data is one

wire moves = there & (~full | valid);

assign valid = full & listening;

always @(posedge clk) begin
    taken <= {taken[0], pulse & answering};
    ends  <= {ends[0], pulse & answering & last_bit};
    if (taken[1])
        bits <= both ? {bits[5:0], miso, mosi_in} : {bits[6:0], miso};
    if (moves)
        data <= bits;
    there <= (taken[1] & ends[1]) | (there & ~moves);
    full  <= there | (full & ~valid);

    if (leave | rst) begin
        taken <= 2'd0;
        ends  <= 2'd0;
        there <= 1'b0;
        full  <= 1'b0;
    end
end

wire unused = &{1'b0, mosi_in};

endmodule

`default_nettype wire
