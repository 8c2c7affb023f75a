// SPDX-License-Identifier: Apache-2.0
// flag_window: a flag for each word of a buffer, written one by one, read 16 at
// once from any address on.
//
// Blocks of 16 aligned flags lie in two memories, even ones and odd ones, so that
// both blocks that 16 flags touch are read in one clock. A read gives its flags a
// clock later, and holds them until the next; those past the buffer's end are 1.
// An address below 0, large when unsigned, is followed by 0: what is read from
// there on is right from the flag of address 0 on.

`default_nettype none

module flag_window #(
    parameter DEPTH  = 256,   // flags, at least 1
    parameter W_ADDR = 24     // bits of an address as the callers carry it
) (
    input  wire              clk,

    input  wire              write,
    input  wire [W_ADDR-1:0] write_addr,
    input  wire              write_flag,

    input  wire              read,
    input  wire [W_ADDR-1:0] read_addr,
    output wire [15:0]       flags       // of read_addr on, the first in bit 0
);

localparam W_BLOCK = W_ADDR - 5;   // bits of a block's number in its memory

// The block in which the buffer ends is even or odd.
localparam WHOLE = DEPTH / 16;
localparam EVEN  = 16 * ((WHOLE + 1) / 2) + (WHOLE % 2 == 0 ? DEPTH % 16 : 0);
localparam ODD   = DEPTH - EVEN;

wire [W_BLOCK-1:0] odd_block  = read_addr[W_ADDR-1:5];
wire [W_BLOCK-1:0] even_block = odd_block + {{W_BLOCK-1{1'b0}}, read_addr[4]};   // behind the odd one, if that is first
wire [W_ADDR-2:0]  write_at   = {write_addr[W_ADDR-1:5], write_addr[3:0]};
wire [15:0]        even, odd;

flag_memory #(.DEPTH(EVEN), .W_ADDR(W_ADDR - 1)) even_u (
    .clk        (clk),
    .write      (write & ~write_addr[4]),
    .write_addr (write_at),
    .write_flag (write_flag),
    .read       (read),
    .read_block (even_block),
    .flags      (even)
);

generate if (ODD > 0) begin : gen_odd
    flag_memory #(.DEPTH(ODD), .W_ADDR(W_ADDR - 1)) odd_u (
        .clk        (clk),
        .write      (write & write_addr[4]),
        .write_addr (write_at),
        .write_flag (write_flag),
        .read       (read),
        .read_block (odd_block),
        .flags      (odd)
    );
end else begin : gen_no_odd
    assign odd = 16'hFFFF;
end endgenerate

reg       odd_first;
reg [3:0] offset;

always @(posedge clk) begin
    if (read) begin
        odd_first <= read_addr[4];
        offset    <= read_addr[3:0];
    end
end

wire [31:0] both = odd_first ? {even, odd} : {odd, even};

assign flags = both[{1'b0, offset} +: 16];

endmodule

`default_nettype wire
