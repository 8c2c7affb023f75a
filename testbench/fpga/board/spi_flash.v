// SPDX-License-Identifier: Apache-2.0
// spi_flash: an SPI flash as boards have them, to read from: 0x03, 0x3b, which gives two bits at a time, on mosi as well,
// and 0xab, which wakes it from the sleep in which it begins, as an FPGA leaves it. It takes SPI modes 0 and 3, answers after the falling edge, and is deaf while it
// sleeps, and for T_WAKE clocks after it was woken.

`default_nettype none

module spi_flash #(
    parameter BASE   = 0,        // address of mem[0]; what lies around mem is erased
    parameter BYTES  = 131072,   // of mem, a power of two
    parameter T_WAKE = 540       // 30 us at 18 MHz
) (
    input  wire clk,             // for T_WAKE alone
    input  wire cs_n,
    input  wire sck,
    inout  wire mosi,
    output reg  miso
);

localparam [7:0] READ = 8'h03, READ_BOTH = 8'h3b, WAKE = 8'hab;

localparam W_PLACE = $clog2(BYTES);

reg [7:0]  mem [0:BYTES-1];
reg [7:0]  command;
reg [23:0] address;      // of the first byte
reg [5:0]  taken;        // bits of command and address, up to 32, and where two come at a time, of a byte more
reg        other;        // what is given on mosi
reg [26:0] given;        // bits of bytes
reg        asleep;
reg        deaf;         // to the command that comes, as it began too early
reg [15:0] waking;       // clocks since it was woken

integer i;

initial begin
    for (i = 0; i < BYTES; i = i + 1)
        mem[i] = 8'hff;
    asleep = 1'b1;
    waking = 16'd0;
    taken  = 6'd0;
    given  = 27'd0;
    miso   = 1'b1;
end

wire        awake = ~asleep & waking == T_WAKE[15:0];
wire        both  = taken == 6'd40 & command == READ_BOTH & ~deaf;
wire        reads = taken == 6'd32 & command == READ & ~deaf;
wire [23:0] place = address + given[26:3] - BASE[23:0];
wire [7:0]  value = place >> W_PLACE == 24'd0 ? mem[place[W_PLACE-1:0]] : 8'hff;

always @(posedge clk)
    if (~asleep & ~awake)
        waking <= waking + 1'b1;

always @(posedge sck or posedge cs_n)
    if (cs_n) begin
        if (taken == 6'd8 & command == WAKE)
            asleep <= 1'b0;
        taken <= 6'd0;
    end else if (taken < 6'd32 | (taken < 6'd40 & command == READ_BOTH)) begin
        if (taken == 6'd0)
            deaf <= ~awake;
        if (taken < 6'd8)
            command <= {command[6:0], mosi};
        if (taken < 6'd32)
            address <= {address[22:0], mosi};
        taken   <= taken + 1'b1;
    end

always @(negedge sck or posedge cs_n)
    if (cs_n)
        given <= 27'd0;
    else if (reads) begin
        miso  <= value[~given[2:0]];
        given <= given + 1'b1;
    end else if (both) begin
        miso  <= value[~given[2:0]];
        other <= value[~given[2:0] & 3'd6];
        given <= given + 27'd2;
    end

assign mosi = both ? other : 1'bz;

endmodule

`default_nettype wire
