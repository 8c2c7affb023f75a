// SPDX-License-Identifier: Apache-2.0
// flash_reader: bytes of the board's SPI flash, from an address to where `stop`
// says that there is no more of them: once, after a reset. Then, while `feed` is
// high, bytes from another address, time and again; where DUAL, over both lines of
// data, with another command (0x3b) and a byte's clocks before the first.
//
// The flash sleeps, as an FPGA leaves it after its configuration: it is woken
// (0xab), given time, and read with one command (0x03), whose clock rests while
// nobody listens. SPI mode 0 at half the clock: a bit is sampled at the edge that
// asks for the next, a whole SPI clock after its own.

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
    output reg        valid,       // for a clock; the next is at least 16 clocks later, where DUAL 8
    output reg  [7:0] data,
    input  wire       listening,   // low: no byte comes but one that is complete; of those of `feed` likewise
    input  wire       stop,
    input  wire       feed,        // after the stop
    input  wire       again,       // from the first byte of `feed`

    output wire       cs_n,
    output reg        sck,
    output wire       mosi,
    output wire       drive,       // mosi is an output; it always is but where DUAL
    input  wire       mosi_in,     // ... and else this
    input  wire       miso
);

wire unused = &{1'b0, mosi_in};

generate if (W_WAKE < 6) begin : check_w_wake
    error_W_WAKE_must_be_at_least_6 illegal ();
end endgenerate

localparam [7:0]  WAKE = 8'hab;
localparam [31:0] FROM = ADDRESS + FEED;
localparam [31:0] READ = {8'h03, ADDRESS[23:0]};
localparam [31:0] READ_FEED = {DUAL != 0 ? 8'h3b : 8'h03, FROM[23:0]};

localparam [W_WAKE-1:0] SHORT = 31;   // clocks that the flash is let go between commands, less 1

// With the count from its end each time: a rest, the command that wakes, another
// rest, the command that reads and its bytes.
reg [W_WAKE-1:0] count;      // bits of SPI, or clocks of a rest
reg              selected;
reg              woken;      // the wake-up command was begun
reg              reads;      // so was the one that reads
reg              answering;  // its 32 bits are sent: bytes come

wire go     = (reading | feed) & listening;
wire step   = go & (~selected | sck);
wire both   = DUAL != 0 & ~reading;   // the command for both lines
wire octet  = step & selected & &(both & answering ? count[2:0] | 3'b100 : count[2:0]);
wire rested = step & ~selected & &(reading ? count : count | ~SHORT);   // between commands of a flash that is awake

assign cs_n  = ~selected;
assign drive = ~(both & selected & (answering | count[5]));
assign mosi = ~reads ? WAKE[~count[2:0]] : reading ? READ[~count[4:0]] : READ_FEED[~count[4:0]];

always @(posedge clk) begin
    valid <= octet & answering;
    if (step) begin
        count <= rested ? {W_WAKE{1'b0}} : count + 1'b1;
        data  <= both ? {data[5:0], miso, mosi_in} : {data[6:0], miso};
    end
    if (go)
        sck <= selected & ~sck;
    if (rested) begin
        selected <= 1'b1;
        woken    <= 1'b1;
        reads    <= woken;
    end
    if (octet & ~reads)
        selected <= 1'b0;
    if (reads & count[5] & (count[3] | ~both))
        answering <= 1'b1;
    if (reading ? stop : again | ~feed) begin
        reading   <= 1'b0;
        count     <= {W_WAKE{1'b0}};
        selected  <= 1'b0;
        sck       <= 1'b0;
        answering <= 1'b0;
    end

    if (rst) begin
        count     <= {W_WAKE{1'b0}};
        reading   <= 1'b1;
        valid     <= 1'b0;
        selected  <= 1'b0;
        sck       <= 1'b0;
        woken     <= 1'b0;
        reads     <= 1'b0;
        answering <= 1'b0;
    end
end

endmodule

`default_nettype wire
