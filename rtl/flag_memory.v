// SPDX-License-Identifier: Apache-2.0
// flag_memory: a flag for each word of a buffer, written one by one, read 16 at
// once.
//
// A read gives the flags of 16 addresses that are aligned, one clock later, and
// holds them until the next. Those past the buffer's end are 1: who reads such a
// word is told so elsewhere.

`default_nettype none

module flag_memory #(
    parameter DEPTH  = 256,   // flags, at least 1
    parameter W_ADDR = 24     // bits of an address as the callers carry it
) (
    input  wire              clk,

    input  wire              write,
    input  wire [W_ADDR-1:0] write_addr,
    input  wire              write_flag,

    input  wire              read,
    input  wire [W_ADDR-5:0] read_block,   // addresses 16 * read_block on
    output wire [15:0]       flags
);

localparam BLOCKS  = (DEPTH + 15) / 16;
localparam WHOLE   = DEPTH / 16;                        // blocks before the end
localparam W_USED  = BLOCKS > 1 ? $clog2(BLOCKS) : 1;
localparam W_BLOCK = W_ADDR - 4;

localparam [15:0] PAST = 16'hFFFF << (DEPTH % 16);      // in the block with the end

generate if (W_USED >= W_BLOCK) begin : check_w_addr
    error_W_ADDR_must_exceed_log2_of_DEPTH stop ();
end endgenerate

reg [15:0] words [0:BLOCKS-1];
reg [15:0] word;
reg        at_end, past_end;

wire unused = &{1'b0, write_addr[W_ADDR-1:W_USED+4]};

always @(posedge clk) begin
    if (write)
        words[write_addr[W_USED+3:4]][write_addr[3:0]] <= write_flag;
    if (read) begin
        word     <= words[read_block[W_USED-1:0]];
        at_end   <= read_block == WHOLE[W_BLOCK-1:0];
        past_end <= read_block > WHOLE[W_BLOCK-1:0];
    end
end

assign flags = word | (PAST & {16{at_end}}) | {16{past_end}};

endmodule

`default_nettype wire
